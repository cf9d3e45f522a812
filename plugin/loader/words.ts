// The texts of the widgets, in seven languages, with the plural forms of each.

type Noun = {
  one: string;
  /** Polish only: for 2, 3 and 4, and for numbers that end in them, except 12, 13 and 14. */
  few?: string;
  other: string;
};

/** The subject of a widget's sentence. */
export type About = "order" | "unpaid" | "basket" | "total";

type Words = {
  tree: Noun;
  /** The sentence, with `#` for the number and its noun. */
  order: string;
  /** The sentence for an order whose payment has not arrived. */
  unpaid: string;
  basket: string;
  total: string;
  close: string;
};

const WORDS: Record<string, Words> = {
  en: {
    tree: { one: "tree", other: "trees" },
    order: "This order plants #",
    unpaid: "This order plants # when your payment arrives",
    basket: "This basket plants #",
    total: "# so far",
    close: "Close",
  },
  de: {
    tree: { one: "Baum", other: "Bäume" },
    order: "Diese Bestellung pflanzt #",
    unpaid: "Diese Bestellung pflanzt #, sobald Ihre Zahlung eingeht",
    basket: "Dieser Warenkorb pflanzt #",
    total: "Bisher #",
    close: "Schließen",
  },
  fr: {
    tree: { one: "arbre", other: "arbres" },
    order: "Cette commande plante #",
    unpaid: "Cette commande plantera # à réception de votre paiement",
    basket: "Ce panier plante #",
    total: "# à ce jour",
    close: "Fermer",
  },
  es: {
    tree: { one: "árbol", other: "árboles" },
    order: "Este pedido planta #",
    unpaid: "Este pedido plantará # cuando llegue su pago",
    basket: "Esta cesta planta #",
    total: "# hasta ahora",
    close: "Cerrar",
  },
  it: {
    tree: { one: "albero", other: "alberi" },
    order: "Questo ordine pianta #",
    unpaid: "Questo ordine pianterà # all’arrivo del pagamento",
    basket: "Questo carrello pianta #",
    total: "# finora",
    close: "Chiudi",
  },
  nl: {
    tree: { one: "boom", other: "bomen" },
    order: "Deze bestelling plant #",
    unpaid: "Deze bestelling plant # zodra uw betaling binnen is",
    basket: "Dit winkelmandje plant #",
    total: "Tot nu toe #",
    close: "Sluiten",
  },
  pl: {
    tree: { one: "drzewo", few: "drzewa", other: "drzew" },
    order: "To zamówienie sadzi #",
    unpaid: "To zamówienie posadzi # po otrzymaniu płatności",
    basket: "Ten koszyk sadzi #",
    total: "Dotychczas #",
    close: "Zamknij",
  },
};

/**
 * Returns the language of an element, such as `de` for `de-AT`; English if the widgets have no
 * texts in it.
 */
export const languageOf = (element: Element): string => {
  const own = element.closest("[lang]")?.getAttribute("lang") || navigator.language;
  return WORDS[own.slice(0, 2).toLowerCase()] ? own : "en";
};

const wordsOf = (language: string) => WORDS[language.slice(0, 2).toLowerCase()];

export const closeWord = (language: string): string => wordsOf(language).close;

/** Returns a sentence such as `This order plants 1,200 trees`. */
export const sentence = (
  about: About,
  trees: number,
  language: string,
): string => {
  const words = wordsOf(language);
  const { one, few, other } = words.tree;
  const isFew = trees % 10 > 1 && trees % 10 < 5 && !(trees % 100 > 11 && trees % 100 < 15);
  const noun = trees === 1 ? one : few && isFew ? few : other;
  // Small numbers need no `Intl`, which takes a phone more time than all the rest of a page.
  const count = trees < 1000 ? `${trees}` : new Intl.NumberFormat(language).format(trees);
  // A non-breaking space joins the number and its noun on one line.
  return words[about].replace("#", `${count}\u00a0${noun}`);
};
