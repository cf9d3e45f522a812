// Records a purchase as plausible-tracker's own page describes.
import Plausible from "plausible-tracker";

Plausible({ domain: "mugs.example.com" }).trackEvent("Purchase", { props: { order: "19" } });
