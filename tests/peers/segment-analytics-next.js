// Records a purchase as @segment/analytics-next's own page describes.
import { AnalyticsBrowser } from "@segment/analytics-next";

AnalyticsBrowser.load({ writeKey: "key" }).track("Order Completed", { order_id: "19" });
