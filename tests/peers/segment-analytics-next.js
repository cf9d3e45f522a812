// The use that @segment/analytics-next's own page describes for a purchase.
import { AnalyticsBrowser } from "@segment/analytics-next";

AnalyticsBrowser.load({ writeKey: "key" }).track("Order Completed", { order_id: "19" });
