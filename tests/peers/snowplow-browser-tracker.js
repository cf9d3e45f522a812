// The use that @snowplow/browser-tracker's own page describes: a page view.
import { newTracker, trackPageView } from "@snowplow/browser-tracker";

newTracker("shop", globalThis.peerEndpoint ?? "https://snowplow.example.com", { appId: "mugs" });
trackPageView();
