// The installation check for shop owners: lists the parts that work on this page, and a remedy for
// each part that does not.

import { PREFIX, type Shop } from "./shop";

type Finding = { what: string; works: boolean; advice: string };

/** The smallest valid module: the magic number and the version. */
const EMPTY_WASM = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]);

const finding = (what: string, works: boolean, advice: string): Finding => ({
  what,
  works,
  advice: works ? "" : advice,
});

const works = (act: () => unknown): boolean => {
  try {
    act();
    return true;
  } catch {
    return false;
  }
};

const settings = (shop: Shop) => new URL("/settings/api-payments", shop.worker).href;

/** Asks the Worker if it accepts this key on this page. */
const askWorker = async (shop: Shop): Promise<Finding[]> => {
  const worker = new URL(shop.worker).origin;
  let answer: Response;
  let body: any;
  try {
    answer = await fetch(new URL(`/api/campaigns/?api_key=${shop.key}`, worker));
    body = await answer.json();
  } catch {
    const advice =
      `Nothing came back from ${worker}. Where the page has a Content-Security-Policy, its connect-src ` +
      `must name ${worker}. An ad blocker, or a Worker that is not running, looks the same: try a ` +
      `private window, and open ${worker}/health.`;
    return [finding("The Worker answers", false, advice)];
  }
  const isKnown = answer.status !== 401;
  const findings = [
    finding("The Worker answers", answer.status < 500, `It answered ${answer.status}: ${body.message}`),
    finding(
      "The key is valid",
      isKnown,
      `Make a publishable key in ${settings(shop)}, and paste the line that is shown with it.`,
    ),
    finding(
      `The key may be used on ${location.origin}`,
      isKnown && answer.status !== 403,
      isKnown ? body.message : "The key has to be valid first.",
    ),
  ];
  if (answer.ok) {
    const advice = "No campaign runs in this shop now, so no sale orders a tree: make one first.";
    findings.push(finding("There are campaigns", body.length > 0, advice));
  }
  return findings;
};

const examine = async (shop: Shop, isAllowed: () => boolean): Promise<Finding[]> => {
  const snippets = document.querySelectorAll("[data-worker]").length;
  const key = shop.key || "";
  const policy = "the page's Content-Security-Policy";
  return [
    finding(
      "The snippet is on the page once",
      snippets <= 1,
      `It is there ${snippets} times. It works, but one is enough: look in the theme, in plugins and in a tag manager.`,
    ),
    finding(
      "The key is a publishable one",
      /^pig_pk_/.test(key),
      key.startsWith("pig_sk_")
        ? `This is a secret key, which everybody can now read. Revoke it in ${settings(shop)}, and use a publishable one.`
        : `The snippet needs data-key="pig_pk_…": copy it from ${settings(shop)}.`,
    ),
    ...(key ? await askWorker(shop) : []),
    finding(
      "WebAssembly may run",
      works(() => new WebAssembly.Module(EMPTY_WASM)),
      `Add 'wasm-unsafe-eval' to script-src in ${policy}. Until then the Worker judges each sale itself, ` +
        `and the basket widget stays empty.`,
    ),
    finding(
      "Sales can be kept until they are delivered",
      works(() => {
        localStorage.setItem(PREFIX, "");
        localStorage.removeItem(PREFIX);
      }),
      "This browser lets the page keep nothing, as in a private window or a sandboxed frame. A sale of a buyer " +
        "who leaves at once may be lost here; the shop's webhook tells of it all the same.",
    ),
    finding(
      "The visitor consents",
      isAllowed(),
      "The shop's consent banner says no, or has not been answered: nothing is kept or sent until it says yes.",
    ),
  ];
};

/** Shows a list over the page, in a shadow root of its own. */
const show = (findings: Finding[], waiting: number) => {
  const host = document.createElement("play-it-green-check");
  const root = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
    :host { position: fixed; inset: auto 1rem 1rem auto; z-index: 2147483001; color-scheme: light dark;
      max-width: min(30rem, calc(100vw - 2rem)); max-height: calc(100vh - 2rem); overflow: auto; }
    section { font: 1rem/1.5 system-ui, sans-serif; color: CanvasText; background: Canvas; padding: 1rem 1.25rem;
      border: 1px solid GrayText; border-radius: .75rem; box-shadow: 0 .25em 1em rgb(0 0 0 / .3); }
    h2 { font-size: 1.1rem; margin: 0 2rem .5rem 0; } ul { list-style: none; margin: 0; padding: 0; }
    li { margin: .4rem 0; padding-inline-start: 1.6rem; position: relative; }
    li::before { content: "✓"; position: absolute; inset-inline-start: 0; color: light-dark(#1d6b3a, #6fcf97); }
    li.problem::before { content: "✗"; color: light-dark(#b3261e, #ff8a80); }
    li p, p { margin: .2rem 0; font-size: .9rem; overflow-wrap: anywhere; }
    button { position: absolute; inset: .75rem .75rem auto auto; font: inherit; min-width: 2rem; min-height: 2rem; }
    .name { font-weight: 600; }
  `);
  root.adoptedStyleSheets = [sheet];
  const make = (tag: string, text: string, parent: Element) => {
    const element = document.createElement(tag);
    element.textContent = text;
    parent.append(element);
    return element;
  };
  const panel = document.createElement("section");
  panel.setAttribute("aria-label", "Play It Green: installation check");
  make("h2", "Play It Green on this page", panel);
  const list = make("ul", "", panel);
  for (const { what, works, advice } of findings) {
    const item = make("li", "", list);
    make("span", works ? what : `Not so: ${what}`, item).className = "name";
    if (!works) {
      item.className = "problem";
      make("p", advice, item);
    }
  }
  make("p", `Sales that wait to be delivered: ${waiting}`, panel);
  const close = make("button", "×", panel);
  close.setAttribute("aria-label", "Close");
  close.addEventListener("click", () => host.remove());
  root.append(panel);
  document.body.append(host);
};

/** Returns the findings and prints them. With `hasPanel`, the page shows them too. */
export default async (shop: Shop, isAllowed: () => boolean, hasPanel?: unknown): Promise<Finding[]> => {
  const findings = await examine(shop, isAllowed);
  const kept = Object.entries(await shop.outbox.read());
  const waiting = kept.filter(([name, text]) => name.startsWith(PREFIX) && text[0] === "{").length;
  console.table(findings);
  if (hasPanel) {
    if (document.readyState === "loading") {
      await new Promise((done) => document.addEventListener("DOMContentLoaded", done));
    }
    show(findings, waiting);
  }
  return findings;
};
