// Sends a file of orders in pieces, each from the place up to which the Worker has read.

/** Bytes of a piece: with the first row of the file, it stays below the limit of a body. */
const PIECE = 384 * 1024;

/** Further tries of a piece that the network or a busy Worker lost. */
const RETRIES = 5;

/** Refused orders that are listed. */
const LISTED = 100;

const form = document.querySelector("#import");
const progress = document.querySelector("#progress");
const outcome = document.querySelector("#outcome");
const [check, store] = form.querySelectorAll("button");

function wait(milliseconds) {
  return new Promise((done) => setTimeout(done, milliseconds));
}

/** Posts a piece, and again after an error that may pass. */
async function post(body, isDryRun, isLast) {
  const url = `${form.getAttribute("action")}?dry_run=${isDryRun}&is_last=${isLast}`;
  for (let attempt = 0; ; attempt += 1) {
    const response = await fetch(url, { method: "POST", body }).catch(() => null);
    if (response?.ok) return response.json();
    const mayPass = !response || response.status === 429 || response.status >= 500;
    if (!mayPass || attempt >= RETRIES) {
      const problem = await response?.json().catch(() => null);
      throw new Error(problem?.message ?? "The Worker could not be reached. Please try again.");
    }
    await wait(Number(response?.headers.get("retry-after") ?? 2 ** attempt) * 1000);
  }
}

/** Sends the whole file. */
async function send(file, isDryRun) {
  const sums = { rows: 0, orders: 0, new: 0, changed: 0, unchanged: 0, refused: 0 };
  const refusals = [];
  let [at, header] = [0, 0];
  while (at < file.size) {
    const begins = at === 0 ? 0 : header;
    const end = Math.min(file.size, at + PIECE);
    const body = new Blob([file.slice(0, begins), file.slice(at, end)]);
    const read = await post(body, isDryRun, end === file.size);
    for (const refusal of read.refusals) {
      refusals.push({ ...refusal, row: refusal.row + sums.rows });
    }
    for (const name of Object.keys(sums)) sums[name] += read[name];
    header = read.header_bytes;
    at += read.read_bytes - begins;
    if (read.is_complete && end === file.size) break;
    progress.value = (100 * at) / file.size;
  }
  progress.value = 100;
  return { sums, refusals };
}

function element(name, text) {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}

function show({ sums, refusals }, isDryRun) {
  const { rows, orders } = sums;
  outcome.replaceChildren(
    element("h2", isDryRun ? "Nothing is imported yet" : "The orders are imported"),
    element("p", `${rows} rows with ${orders} orders: ${sums.new} new, ${sums.changed} changed, ` +
      `${sums.unchanged} unchanged, ${sums.refused} refused.`),
  );
  if (refusals.length > 0) {
    const list = document.createElement("ul");
    for (const { row, sale, problem } of refusals.slice(0, LISTED)) {
      list.append(element("li", `Row ${row}${sale ? `, order ${sale}` : ""}: ${problem}`));
    }
    outcome.append(list);
  }
  const link = element("a", "See the orders by month");
  link.href = `${form.getAttribute("action")}#reconciliation`;
  link.addEventListener("click", () => setTimeout(() => location.reload()));
  outcome.append(link);
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const isDryRun = event.submitter !== store;
  const file = form.elements.namedItem("file").files[0];
  for (const button of [check, store]) button.disabled = true;
  progress.hidden = false;
  progress.value = 0;
  outcome.replaceChildren();
  try {
    show(await send(file, isDryRun), isDryRun);
    store.disabled = false;
  } catch (error) {
    const notice = element("p", error.message);
    notice.className = "notice";
    notice.setAttribute("role", "alert");
    outcome.replaceChildren(notice);
  }
  progress.hidden = true;
  check.disabled = false;
});

form.elements.namedItem("file").addEventListener("change", () => {
  store.disabled = true;
});
