// Records a page view as @snowplow/browser-tracker's own page describes.
import { newTracker, trackPageView } from "@snowplow/browser-tracker";

newTracker("shop", globalThis.peerEndpoint ?? "https://snowplow.example.com", { appId: "mugs" });
trackPageView();
