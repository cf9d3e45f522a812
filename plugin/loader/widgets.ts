// The widgets, as custom elements: the badge that thanks, the basket that counts along, and the
// counter of all trees. Loaded only where one of them is needed.

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

/** What all widgets share: a number of trees, in words, in a box that a shop can style. */
class Widget extends HTMLElement {
  protected readonly root = this.attachShadow({ mode: "open" });

  /**
   * Shows a sentence, or nothing where there are no trees to speak of. The element stays, so that a
   * place which a shop has reserved for it moves nothing.
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
      // In a page from right to left, a sentence of ours still begins at its left.
      text.dir = "auto";
      // What changes after the page was read is read out.
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
 * `trees` is what the Worker answered; without it there is nothing to say yet. `awaiting-payment` says
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

/** The trees that the basket would order now, as the campaigns and their caps stand. */
class BasketWidget extends Widget {
  static readonly observedAttributes =
    "cart collections currency lang price product product-title quantity sku variant".split(" ");

  #isReady = false;
  #basket: Basket | undefined;
  #count = 0;

  /** What the shop's own code says is in the basket. */
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
    // An answer that another has overtaken is out of date.
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

/** All trees of the merchant so far; with `of="everybody"` those of everybody. */
class Counter extends Widget {
  static readonly observedAttributes = ["lang", "of"];

  #isReady = false;

  attributeChangedCallback() {
    if (this.#isReady) this.connectedCallback();
  }

  connectedCallback() {
    this.#isReady = true;
    const query = this.getAttribute("of") === "everybody" ? "" : `?api_key=${shop.key}`;
    fetch(new URL(`/api/totals/${query}`, shop.files))
      .then((answer) => answer.json())
      .then(({ trees }) => this.say("total", trees))
      .catch(() => this.say("total", 0));
  }
}

/** Makes the elements known, once. */
export default (given: Shop) => {
  if (shop) return;
  shop = given;
  const elements = { badge: Badge, basket: BasketWidget, counter: Counter };
  for (const [name, element] of Object.entries(elements)) {
    const tag = `play-it-green-${name}`;
    if (!customElements.get(tag)) customElements.define(tag, element);
  }
};

/** Shows the badge in the shop's own place, or in a corner of the window, where it moves nothing. */
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
