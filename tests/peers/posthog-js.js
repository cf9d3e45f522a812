// The use that posthog-js' own page describes for a purchase.
import posthog from "posthog-js";

posthog.init("key", { api_host: "https://posthog.example.com" });
posthog.capture("purchase", { order: "19" });
