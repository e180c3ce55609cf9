// The page that classifies many pictures.

import { droppedFiles, pathOf, picturesOfFolder } from "./batch-files.js";
import { BatchRun } from "./batch-run.js";
import { currentSession } from "./client.js";
import { csv, save } from "./csv.js";
import { dataTable, thumbnail } from "./data-table.js";
import { byID, element } from "./dom.js";
import { choice } from "./engine-choice.js";
import { acceptDrops } from "./file-drop.js";
import { failureSentences } from "./failures.js";
import "./shell.js";
import { className, language, amountOfBytes, percent, word } from "./words.js";

const rowsPerPage = 100;
const renderInterval = 200;
const mayRead = () => currentSession() && currentSession().key.role !== "predict";
const number = (value) => new Intl.NumberFormat(language()).format(value);

let run = new BatchRun(choice, changed);
let leftOut = 0;
let page = 0;
let urls = [];

// What the list shows.

const filters = {
  all: () => true,
  unsure: (row) => row.uncertain,
  failed: (row) => row.error,
};

const byText = (key) => (one, other) => String(one[key] ?? "").localeCompare(String(other[key] ?? ""), language(), { numeric: true });
const byConfidence = (sign) => (one, other) => sign * ((one.confidence ?? sign * 2) - (other.confidence ?? sign * 2));
const orders = { given: null, name: byText("name"), class: byText("class"), low: byConfidence(1), high: byConfidence(-1) };

/** The rows that are asked for, in the order that is asked for. */
function shownRows() {
  const wanted = byID("show").value;
  const filter = filters[wanted] ?? ((row) => row.class === wanted);
  const rows = wanted === "all" ? run.rows : run.rows.filter(filter);
  const order = orders[byID("order").value];
  return order ? [...rows].sort((one, other) => order(one, other) || one.number - other.number) : rows;
}

function showChoices() {
  const field = byID("show");
  const chosen = field.value || "all";
  const classes = currentSession()?.service.classes ?? [];
  field.replaceChildren(
    ...["all", "unsure", "failed"].map((value) => element("option", { value, textContent: word(`batch.show_${value}`) })),
    ...classes.map((value) => element("option", { value, textContent: className(value) })));
  field.value = chosen;
}

const columns = [
  { word: "list.picture", className: "picture-cell", cell: picture },
  { word: "list.file", className: "name-cell", cell: (row) => (row.id && mayRead() ? element("a", { href: `/stored/${row.id}`, textContent: row.name }) : row.name || "–") },
  { word: "list.answer", className: "answer-cell", cell: answer },
  { word: "list.confidence", className: "number", cell: (row) => (row.error ? "–" : percent(row.confidence)) },
];

function picture(row) {
  if (row.error) return element("span", { className: "thumbnail none" });
  if (mayRead()) return thumbnail(`/api/predictions/${row.id}/image`);
  if (!row.file) return element("span", { className: "thumbnail none" });
  const url = URL.createObjectURL(row.file);
  urls.push(url);
  return thumbnail(url);
}

function answer(row) {
  if (row.error) {
    const { problem, mend } = failureSentences(row.error.code, { message: row.error.message, size: amountOfBytes(row.file?.size ?? 0), limit: amountOfBytes(limitOf(row.file)) });
    return [element("strong", { className: "failed", textContent: problem }), element("span", { className: "note", textContent: ` ${mend}` })];
  }
  if (!row.garment) return [element("span", { className: "tag doubtful", textContent: word("card.no_garment") })];
  return [element("strong", { textContent: className(row.class) }), row.uncertain && element("span", { className: "tag doubtful", textContent: word("list.unsure") })];
}

/** What a file may have at most: archives may have more. */
function limitOf(file) {
  const service = currentSession()?.service;
  return (file?.size > service?.upload_limit ? service?.upload_limit : service?.body_limit) ?? 0;
}

function showRows() {
  const rows = shownRows();
  const pages = Math.max(Math.ceil(rows.length / rowsPerPage), 1);
  page = Math.min(page, pages - 1);
  const here = rows.slice(page * rowsPerPage, (page + 1) * rowsPerPage);
  for (const url of urls) URL.revokeObjectURL(url);
  urls = [];
  const place = byID("rows");
  const focused = place.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
  if (here.length === 0) {
    place.replaceChildren(element("p", { className: "list-note", textContent: word(run.rows.length > 0 ? "batch.none" : "batch.empty") }));
  } else {
    place.replaceChildren(dataTable("batch.caption", columns, here));
  }
  if (focused) place.querySelector(`a[href="${focused}"]`)?.focus();
  byID("pager").hidden = pages === 1;
  byID("page-text").textContent = word("list.page_of", { page: number(page + 1), pages: number(pages) });
  byID("previous").disabled = page === 0;
  byID("next").disabled = page === pages - 1;
  showDownloads(rows);
}

/** The page is drawn again at most some times a second, however fast the lines come, and only when it changes. */
let drawn = "";
function showRowsIfChanged() {
  const isFull = byID("order").value === "given" && byID("show").value === "all" && run.rows.length > (page + 1) * rowsPerPage;
  const now = isFull ? `${page} of ${Math.ceil(run.rows.length / rowsPerPage)}` : `${run.rows.length} on ${page}`;
  if (now === drawn) return showDownloads(null);
  drawn = now;
  showRows();
}

// The files to take away.

function showDownloads(rows) {
  const has = rows ? rows.length > 0 : run.rows.length > 0;
  byID("csv").disabled = !has;
  const query = storedQuery();
  for (const [id, address] of [["xlsx", "/api/predictions/export?format=xlsx&"], ["in-history", "/history?"]]) {
    const link = byID(id);
    if (query) link.href = `${address}${query}`; else link.removeAttribute("href");
    link.ariaDisabled = String(!query);
  }
}

/** What finds the batch in the history; `null` when nothing of it is there. Identities tell their time. */
function storedQuery() {
  const shown = byID("show").value;
  const ids = run.rows.filter((row) => row.id).map((row) => row.id).sort();
  if (ids.length === 0 || shown === "failed") return null;
  const time = (id, more) => new Date(parseInt(id.replaceAll("-", "").slice(0, 12), 16) + more).toISOString();
  const query = new URLSearchParams({ request_id: run.id, from: time(ids[0], 0), to: time(ids.at(-1), 1) });
  if (shown === "unsure") query.set("uncertain", "true");
  else if (shown !== "all") query.set("class", shown);
  return query;
}

function download() {
  const header = ["filename", "predicted_class", "confidence", "uncertain", "garment", "model_used", "model_version", "inference_time_ms", "id", "error"];
  const rows = shownRows().map((row) => [row.name, row.class, row.confidence, row.uncertain, row.garment, row.model, row.model_version,
    row.inference_time_ms, row.id, row.error ? row.error.message || row.error.code : ""]);
  save(csv(header, rows), "text/csv", `${run.id}.csv`);
}

// How far it is.

function stateSentence() {
  const { kind, reason, seconds, code, refusal } = run.state;
  const rest = run.total === null ? "" : number(run.total - run.rows.length);
  if (kind === "waiting") return word(`wait.${reason}`, { seconds });
  if (kind === "interrupted" && code !== "connection") {
    const { problem, mend } = failureSentences(code, { message: refusal?.message ?? "", id: refusal?.requestID ?? "", engine: choice().engine.name });
    return `${problem} ${mend} ${word("batch.kept")}`;
  }
  if (kind === "interrupted") return `${word("batch.interrupted")} ${word("batch.kept")}`;
  return word(`batch.${kind}`, { rest });
}

function bar(id, value, total, text) {
  if (total === null) byID(id).removeAttribute("value"); else byID(id).value = total > 0 ? value / total : 0;
  byID(`${id}-text`).textContent = text;
}

function showState() {
  const { counts, total } = run;
  byID("batch-state").textContent = stateSentence();
  byID("batch-state").dataset.kind = run.state.kind;
  bar("sent", run.sent, run.isRunning && run.sent < run.bytes && run.parts.length === 1 ? null : run.bytes,
    run.bytes > 0 ? word("batch.amount", { done: amountOfBytes(run.sent), total: amountOfBytes(run.bytes) }) : "–");
  bar("classified", run.rows.length, total === null && !run.isRunning ? run.rows.length + 1 : total,
    total === null ? number(run.rows.length) : word("batch.amount", { done: number(run.rows.length), total: number(total) }));
  const totals = word("batch.totals", { classified: number(counts.classified), unsure: number(counts.unsure), failed: number(counts.failed) });
  byID("batch-totals").textContent = leftOut > 0 ? `${totals} ${word("batch.left_out", { count: number(leftOut) })}` : totals;
  byID("go-on").disabled = run.isRunning || !run.hasRest;
  byID("cancel").disabled = !run.isRunning;
  byID("clear").disabled = run.isRunning || run.rows.length + run.parts.length === 0;
}

let announced = "";
function announce() {
  const { kind } = run.state;
  if (kind === announced || !["done", "interrupted", "cancelled", "sending"].includes(kind)) return;
  announced = kind;
  byID("announcer").textContent = kind === "sending" ? stateSentence() : `${stateSentence()} ${byID("batch-totals").textContent}`;
}

let pending = null;
function changed(source) {
  if (source !== run || pending !== null) return;
  pending = setTimeout(() => {
    pending = null;
    showState();
    showRowsIfChanged();
    announce();
  }, renderInterval);
}

function showAll() {
  showChoices();
  showState();
  drawn = "";
  showRowsIfChanged();
}

// What people do.

function add({ files, leftOut: others }) {
  leftOut += others;
  if (files.length > 0) run.add(files); else showState();
}

for (const [button, field] of [["choose", "files"], ["choose-folder", "folder"]]) {
  byID(button).addEventListener("click", () => byID(field).click());
  byID(field).addEventListener("change", ({ target }) => {
    const files = [...target.files].sort((one, other) => pathOf(one).localeCompare(pathOf(other), language(), { numeric: true }));
    add(field === "folder" ? picturesOfFolder(files) : { files, leftOut: 0 });
    target.value = "";
  });
}
acceptDrops(byID("drop"), async (transfer) => add(await droppedFiles(transfer)));

byID("go-on").addEventListener("click", () => run.goOn());
byID("cancel").addEventListener("click", () => run.cancel());
byID("clear").addEventListener("click", () => {
  run = new BatchRun(choice, changed);
  leftOut = 0;
  page = 0;
  announced = "";
  showAll();
  byID("choose").focus();
});
for (const id of ["show", "order"]) {
  byID(id).addEventListener("change", () => { page = 0; showRows(); });
}
for (const [id, step] of [["previous", -1], ["next", 1]]) {
  byID(id).addEventListener("click", () => {
    page += step;
    showRows();
    byID("rows-title").scrollIntoView({ block: "start" });
  });
}
byID("csv").addEventListener("click", download);
document.addEventListener("session", showAll);
document.addEventListener("languagechange", showAll);
addEventListener("beforeunload", (event) => { if (run.isRunning || run.hasRest) event.preventDefault(); });
showAll();
