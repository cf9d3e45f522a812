// The use that plausible-tracker's own page describes for a purchase.
import Plausible from "plausible-tracker";

Plausible({ domain: "mugs.example.com" }).trackEvent("Purchase", { props: { order: "19" } });
