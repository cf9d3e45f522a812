// Records a purchase as posthog-js' own page describes.
import posthog from "posthog-js";

posthog.init("key", { api_host: "https://posthog.example.com" });
posthog.capture("purchase", { order: "19" });
