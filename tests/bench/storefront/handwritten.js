// The plugin's job for one shop, written by hand in plain JavaScript: read the island, store it,
// request the campaigns, count, post, and thank.
(() => {
  const script = document.currentScript;
  const worker = new URL(script.src).origin;
  const { key } = script.dataset;
  const minor = (text) => {
    const [whole, fraction = ""] = text.split(".");
    return Number(whole + fraction.padEnd(2, "0").slice(0, 2));
  };
  const saleOf = (island) => {
    const lines = island.lines.map((line) => ({
      ...line,
      product: line.product && `${line.product}`,
      variant: line.variant && `${line.variant}`,
      total: minor(line.total),
    }));
    return {
      platform: "woocommerce",
      id: `${island.id}`,
      sold_at: island.sold_at,
      updated_at: island.updated_at,
      status: ["processing", "completed"].includes(island.status) ? "paid" : "placed",
      test: false,
      currency: island.currency,
      total: minor(island.total),
      items_total: lines.reduce((sum, line) => sum + line.total, 0),
      refunded: minor(island.refunded ?? "0"),
      coupons: island.coupons,
      opted_in: island.opted_in,
      lines,
    };
  };
  const matches = (items, line) =>
    items === "every" ||
    items.sku?.includes(line.sku) ||
    items.product?.includes(line.product) ||
    items.title_contains?.some((part) => line.title.toLowerCase().includes(part.toLowerCase()));
  const count = (rule, sale) => {
    if (rule.per_order) return rule.per_order.trees;
    if (rule.per_amount) return Math.floor(sale.items_total / rule.per_amount.each) * rule.per_amount.trees;
    const lines = sale.lines.filter((line) => matches(rule.per_item.items, line));
    return lines.reduce((sum, line) => sum + line.quantity - line.refunded, 0) * rule.per_item.trees;
  };
  const thank = (trees) => {
    const host = document.createElement("div");
    host.style.cssText = "position:fixed;bottom:1rem;right:1rem";
    host.attachShadow({ mode: "open" }).textContent = `This order plants ${trees} trees`;
    document.body.append(host);
  };
  const deliver = async (name, sale) => {
    const campaigns = await (await fetch(`${worker}/api/campaigns/?api_key=${key}`)).json();
    const trees = campaigns.flatMap(({ conditions }) => conditions.trees).reduce((sum, rule) => sum + count(rule, sale), 0);
    if (!trees) return localStorage.setItem(name, "0");
    const answer = await fetch(`${worker}/api/orders/`, { method: "POST", keepalive: true, body: JSON.stringify({ key, sale }) });
    if (!answer.ok) throw new Error(`${answer.status}`);
    const told = await answer.json();
    localStorage.setItem(name, `${told.trees}`);
    thank(told.trees);
  };
  const island = document.getElementById("play-it-green-sale");
  if (!island) return;
  const sale = saleOf(JSON.parse(island.textContent));
  const name = `handwritten:${sale.id}`;
  localStorage.setItem(name, JSON.stringify(sale));
  deliver(name, sale).catch((error) => console.warn(error));
})();
