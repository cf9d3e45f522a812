// The widgets, as custom elements: the badge that thanks the buyer, the basket's number of trees,
// and the counter of all trees. Loaded only on pages that need one of them.

import { CARTS, fromAttributes, saleOf, watchCart, type Basket } from "./basket";
import type { Shop } from "./shop";
import { closeWord, languageOf, sentence, type About } from "./words";

const STYLE = `
:host { display: inline-block; }
.widget[hidden] { display: none; }
:host([corner]) { position: fixed; inset-block-end: 1rem; inset-inline-end: 1rem;
  z-index: 2147483000; max-width: calc(100vw - 2rem); }
.widget { display: flex; align-items: center; gap: .5em; box-sizing: border-box; text-align: start;
  font: var(--play-it-green-font, inherit); color: var(--play-it-green-color, inherit);
  background: var(--play-it-green-background, transparent);
  border: var(--play-it-green-border, 1px solid color-mix(in srgb, currentColor 25%, transparent));
  border-radius: var(--play-it-green-radius, .5em); padding: var(--play-it-green-padding, .5em .75em); }
:host([corner]) .widget { color: var(--play-it-green-color, CanvasText);
  background: var(--play-it-green-background, Canvas); box-shadow: 0 .25em 1em rgb(0 0 0 / .2); }
svg { flex: none; width: 1.25em; height: 1.25em; fill: #1d6b3a;
  fill: var(--play-it-green-accent, light-dark(#1d6b3a, #6fcf97)); }
button { font: inherit; color: inherit; background: none; border: 0; border-radius: .25em; cursor: pointer;
  min-width: 1.5em; min-height: 1.5em; padding: 0; }
button:focus-visible { outline: 2px solid currentColor; }
`;

const TREE = "M12 1 5 10h3l-4 6h7v6h2v-6h7l-4-6h3z";

let shop: Shop;

/** The base of all widgets: a number of trees, as text, in a box that a shop can style. */
class Widget extends HTMLElement {
  protected readonly root = this.attachShadow({ mode: "open" });

  /**
   * Shows a sentence, or nothing if there are no trees. The element stays, so that a place that the
   * shop has reserved for it does not move other content.
   */
  protected say(about: About, trees: number) {
    const language = languageOf(this);
    let text = this.root.querySelector<HTMLElement>("[part=text]");
    if (!text) {
      if (!(trees > 0)) return;
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(STYLE);
      this.root.adoptedStyleSheets = [sheet];
      const box = document.createElement("div");
      box.className = "widget";
      box.part.add("widget");
      text = document.createElement("span");
      text.part.add("text");
      // The text has its own direction, also on a right-to-left page.
      text.dir = "auto";
      // Screen readers announce changes after the page was read.
      if (about !== "total") text.setAttribute("role", "status");
      box.append(tree(), text);
      this.root.append(box);
    }
    text.parentElement!.hidden = !(trees > 0);
    text.lang = language;
    text.textContent = sentence(about, trees, language);
  }
}

const tree = () => {
  const space = "http://www.w3.org/2000/svg";
  const icon = document.createElementNS(space, "svg");
  icon.setAttribute("viewBox", "0 0 24 24");
  icon.setAttribute("aria-hidden", "true");
  icon.setAttribute("part", "icon");
  const path = document.createElementNS(space, "path");
  path.setAttribute("d", TREE);
  icon.append(path);
  return icon;
};

/**
 * Shows the `trees` that the Worker returned, and nothing without them. `awaiting-payment` states
 * that they are ordered when the buyer's payment arrives.
 */
class Badge extends Widget {
  static readonly observedAttributes = ["trees", "lang", "awaiting-payment"];

  attributeChangedCallback() {
    const about = this.hasAttribute("awaiting-payment") ? "unpaid" : "order";
    this.say(about, Number(this.getAttribute("trees")));
  }

  connectedCallback() {
    this.attributeChangedCallback();
    if (!this.hasAttribute("corner") || this.root.querySelector("button")) return;
    const close = document.createElement("button");
    close.type = "button";
    close.textContent = "×";
    close.setAttribute("aria-label", closeWord(languageOf(this)));
    close.onclick = () => this.remove();
    this.root.querySelector(".widget")?.append(close);
  }
}

/** Shows the trees that the basket would order now, within the campaigns and their caps. */
class BasketWidget extends Widget {
  static readonly observedAttributes =
    "cart collections currency lang price product product-title quantity sku variant".split(" ");

  #isReady = false;
  #basket: Basket | undefined;
  #count = 0;

  /** The content of the basket, as the shop's own code reports it. */
  set basket(basket: Basket | undefined) {
    this.#basket = basket;
    void this.update();
  }

  get basket() {
    return this.#basket;
  }

  attributeChangedCallback() {
    if (this.#isReady) void this.update();
  }

  connectedCallback() {
    this.#isReady = true;
    if (this.hasAttribute("cart")) watchCart(() => void this.update());
    void this.update();
  }

  async update() {
    const count = ++this.#count;
    const trees = await this.#trees().catch((error) => {
      console.warn("Play It Green:", error);
      return 0;
    });
    // A newer request has replaced this one.
    if (count === this.#count) this.say("basket", trees);
  }

  async #trees(): Promise<number> {
    const cart = CARTS[this.getAttribute("cart") ?? ""];
    const basket = this.#basket ?? (cart ? await cart() : fromAttributes(this));
    if (!basket?.items.length) return 0;
    const { count } = await import(`${shop.files}sale.js`);
    return count(shop, saleOf(basket));
  }
}

/** Shows all trees of the merchant; with `of="everybody"` those of all merchants. */
class Counter extends Widget {
  static readonly observedAttributes = ["lang", "of"];

  #isReady = false;

  attributeChangedCallback() {
    if (this.#isReady) this.connectedCallback();
  }

  connectedCallback() {
    this.#isReady = true;
    const query = this.getAttribute("of") === "everybody" ? "" : `?api_key=${shop.key}`;
    fetch(new URL(`/api/totals/${query}`, shop.worker))
      .then((answer) => answer.json())
      .then(({ trees }) => this.say("total", trees))
      .catch(() => this.say("total", 0));
  }
}

/** Defines the elements, once. */
export default (given: Shop) => {
  if (shop) return;
  shop = given;
  const elements = { badge: Badge, basket: BasketWidget, counter: Counter };
  for (const [name, element] of Object.entries(elements)) {
    const tag = `play-it-green-${name}`;
    if (!customElements.get(tag)) customElements.define(tag, element);
  }
};

/**
 * Shows the badge in the place that the shop chose, or in a corner of the window, without moving
 * any content.
 */
export const thank = (trees: number, isAwaitingPayment: boolean) => {
  let badge = document.querySelector("play-it-green-badge");
  if (!badge) {
    badge = document.createElement("play-it-green-badge");
    badge.setAttribute("corner", "");
    document.body.append(badge);
  }
  badge.toggleAttribute("awaiting-payment", isAwaitingPayment);
  badge.setAttribute("trees", `${trees}`);
  if (badge instanceof Badge) badge.connectedCallback();
};
