// The stored predictions: found, looked at page by page, corrected in place, and taken away.

import { call, currentSession, patiently, Refusal } from "./client.js";
import { correctionForm } from "./correction.js";
import { dataTable, thumbnail } from "./data-table.js";
import { byID, element } from "./dom.js";
import { failureSentences } from "./failures.js";
import { fields, HistoryQuery } from "./history-query.js";
import "./shell.js";
import { className, language, percent, word } from "./words.js";

const rowsPerPage = 50;
const form = byID("filters");
let query = new HistoryQuery(location.search);
/** What is shown: `{ kind: "loading" | "ready" | "failed", ... }`. */
let state = { kind: "loading" };
let latest = 0;

// The list.

const columns = [
  { word: "list.picture", className: "picture-cell", cell: (row) => thumbnail(`/api/predictions/${row.id}/image`) },
  { word: "list.file", className: "name-cell", cell: (row) => [element("a", { href: `/stored/${row.id}`, textContent: row.filename || row.id }), element("span", { className: "note", textContent: time(row) })] },
  { word: "list.answer", className: "answer-cell", cell: answer },
  { word: "list.confidence", className: "number", cell: (row) => percent(row.confidence) },
  { word: "list.engine", className: "engine-cell", cell: (row) => [row.model, element("span", { className: "note", textContent: row.model_version })] },
  { word: "list.truth", className: "truth-cell", cell: truth },
];

const time = (row) => new Date(row.created_at).toLocaleString(language(), { dateStyle: "medium", timeStyle: "short" });

function answer(row) {
  return [element("strong", { textContent: row.garment ? className(row.class) : word("card.no_garment") }),
    row.garment && row.uncertain && element("span", { className: "tag doubtful", textContent: word("list.unsure") })];
}

function truth(row) {
  const cell = element("div", { className: "truth" });
  showTruth(cell, row);
  return cell;
}

/** What is known of the truth, with a button to say it. */
function showTruth(cell, row) {
  const isKnown = row.true_label !== null;
  const text = !isKnown ? "" : row.true_label === row.class ? word("list.right") : word("list.wrong", { name: className(row.true_label) });
  const button = element("button", {
    type: "button", className: "small", textContent: word(isKnown ? "list.change" : "list.correct"),
    ariaLabel: `${word(isKnown ? "list.change" : "list.correct")}: ${row.filename || row.id}`,
  });
  button.addEventListener("click", () => correct(cell, row));
  cell.replaceChildren(...[text && element("span", { className: row.true_label === row.class ? "right" : "wrong", textContent: text }), button].filter(Boolean));
}

function correct(cell, row) {
  const close = () => {
    showTruth(cell, row);
    cell.querySelector("button").focus();
  };
  const correction = correctionForm(row, (name) => {
    row.true_label = name;
    close();
    byID("announcer").textContent = word("correction.saved", { name: className(name) });
  });
  const field = correction.querySelector("select");
  if (row.true_label !== null) field.value = row.true_label;
  const cancel = element("button", { type: "button", textContent: word("keys.cancel") });
  cancel.addEventListener("click", close);
  correction.querySelector("[type=submit]").after(cancel);
  correction.addEventListener("keydown", (event) => { if (event.key === "Escape") close(); });
  cell.replaceChildren(correction);
  field.focus();
}

function note(...content) {
  return element("div", { className: "list-note" }, content);
}

function failure({ error }) {
  const { problem, mend } = failureSentences(error.code, { message: error.message, id: error.requestID });
  const retry = element("button", { type: "button", textContent: word("card.retry") });
  retry.addEventListener("click", load);
  return note(element("p", { className: "remark failure", role: "alert" }, element("strong", { textContent: problem })), element("p", { textContent: mend }), retry);
}

function content() {
  if (state.kind === "failed") return failure(state);
  if (state.kind === "loading") return note(element("p", { textContent: word("list.loading") }));
  if (state.rows.length > 0) return dataTable("history.predictions", columns, state.rows);
  if (query.pageNumber > 1) return note(element("p", { textContent: word("history.end") }));
  if (query.hasFilters) return note(element("p", { textContent: word("history.none") }), element("a", { className: "button", href: "/history", textContent: word("history.reset") }));
  return note(element("p", { textContent: word("history.empty") }), element("a", { className: "button primary", href: "/", textContent: word("history.classify") }));
}

function link(id, target) {
  const made = byID(id);
  if (target) made.href = target; else made.removeAttribute("href");
  made.ariaDisabled = String(!target);
}

function show() {
  byID("list").ariaBusy = String(state.kind === "loading");
  byID("rows").replaceChildren(content());
  const next = query.next(state.next);
  link("previous", query.previous);
  link("next", next);
  byID("pager").hidden = state.kind !== "ready" || (!query.previous && !state.next);
  byID("page-text").textContent = state.next && !next ? word("history.too_far") : word("list.page", { page: new Intl.NumberFormat(language()).format(query.pageNumber) });
}

/** Asks for a page. A search may come back before it has looked at everything, and goes on then. */
async function load() {
  const asked = (latest += 1);
  state = { kind: "loading" };
  show();
  try {
    const rows = [];
    let cursor = query.cursor;
    do {
      const values = query.filters;
      values.set("limit", rowsPerPage - rows.length);
      if (cursor) values.set("cursor", cursor);
      const answer = await patiently(async () => (await call(`/predictions?${values}`)).json(), () => {});
      if (asked !== latest) return;
      rows.push(...answer.predictions);
      cursor = answer.next_cursor;
    } while (cursor && rows.length < rowsPerPage);
    state = { kind: "ready", rows, next: cursor };
    byID("announcer").textContent = word("history.found", { count: rows.length });
  } catch (error) {
    if (asked !== latest) return;
    if (!(error instanceof Refusal)) throw error;
    state = { kind: "failed", error };
  }
  showVersions();
  show();
}

// The filters.

function showChoices() {
  const service = currentSession()?.service;
  if (!service) return;
  const any = () => element("option", { value: "", textContent: word("history.any") });
  byID("class").replaceChildren(any(), ...service.classes.map((name) => element("option", { value: name, textContent: className(name) })));
  byID("engine").replaceChildren(any(), ...service.engines.map(({ engine, name }) => element("option", { value: engine, textContent: name })));
  showVersions();
  fillForm();
}

function showVersions() {
  const versions = new Set([currentSession()?.service.model_version, ...(state.rows ?? []).map((row) => row.model_version)]);
  byID("versions").replaceChildren(...[...versions].filter(Boolean).map((value) => element("option", { value })));
}

function fillForm() {
  for (const name of fields) form.elements[name].value = query.value(name);
  byID("batch-filter").hidden = !query.isOfBatch;
  const count = query.filters.size;
  byID("filter-toggle").textContent = count > 0 ? word("history.filters_on", { count }) : word("history.filters");
  for (const format of ["csv", "xlsx"]) {
    byID(format).href = `/api/predictions/export?${new URLSearchParams([["format", format], ...query.filters])}`;
  }
}

/** Goes to an address of this page. */
function visit(target) {
  history.pushState(null, "", target);
  follow();
}

function follow() {
  query = new HistoryQuery(location.search);
  fillForm();
  load();
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  visit(query.with(new FormData(form)));
});
form.addEventListener("change", () => { if (form.checkValidity()) visit(query.with(new FormData(form))); });
for (const id of ["previous", "next"]) {
  byID(id).addEventListener("click", (event) => {
    event.preventDefault();
    const target = byID(id).getAttribute("href");
    if (!target) return;
    visit(target);
    byID("list").scrollIntoView({ block: "start" });
  });
}
// On a phone the form would fill the screen; it is folded away there until it is asked for.
byID("filter-toggle").addEventListener("click", ({ currentTarget: toggle }) => {
  toggle.setAttribute("aria-expanded", String(toggle.getAttribute("aria-expanded") === "false"));
});
addEventListener("popstate", follow);
document.addEventListener("session", showChoices);
document.addEventListener("languagechange", () => { showChoices(); show(); });
showChoices();
fillForm();
load();
