// Builds the lines of a sale and their cost from items that may lack any detail.

import { AMOUNT_MAX, quantity, units, unitsReturned } from "./decimal.mjs";
import { id, known, textOf, title } from "./texts.mjs";

const LINES_MAX = 1_000;

export class Items {
  #lines = [];
  #isComplete = true;

  /** The sum of the known costs, less negative lines and fees. */
  knownCost = 0;

  /** Adds an item. A negative one is a discount and no line, as is one without units. */
  add({ product, variant, sku, name, bought, returned, total, collections, isBundled }) {
    const millionths = quantity(bought);
    const line = {
      product: id(product),
      variant: id(variant),
      sku: known(sku),
      title: title(name),
      quantity: units(millionths),
      refunded: unitsReturned(millionths, returned),
      collections,
      isBundled,
    };
    if (total === null) {
      const isNamed = line.title !== "" || line.product !== null || line.sku !== null;
      if (!isNamed && textOf(bought) === "") return;
      this.#isComplete = false;
    }
    this.knownCost += total ?? 0;
    if (line.quantity > 0 && (total ?? 0) >= 0) this.#lines.push(line);
  }

  takeOff(amount) {
    this.knownCost -= amount;
  }

  /** Returns the cost of the items; null if the cost of one is unknown. */
  get cost() {
    return this.#isComplete ? this.knownCost : null;
  }

  /** Returns the sale with the lines, and its amounts within the limits. */
  sale(sale) {
    sale.total = within(sale.total);
    sale.itemsTotal = within(sale.itemsTotal);
    sale.refunded = within(sale.refunded);
    sale.lines = this.#lines;
    if (sale.lines.length > LINES_MAX) {
      const kept = sale.lines.filter((line) => line.refunded < line.quantity);
      sale.lines = kept.slice(0, LINES_MAX);
    }
    return sale;
  }
}

function within(amount) {
  return Math.min(Math.max(amount, 0), AMOUNT_MAX);
}
