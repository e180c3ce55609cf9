// How the service does, live: the events of /metrics/events, drawn.

import { bars, lines, short, table } from "./charts.js";
import { call, currentSession, patiently, Refusal } from "./client.js";
import { byID, element } from "./dom.js";
import { accuracyText, confusionPanel, driftPanel, driftState, integer, stateLabel } from "./quality.js";
import "./shell.js";
import { className, language, milliseconds, percent, word } from "./words.js";

const choices = { window: byID("window"), engine: byID("engine"), model_version: byID("version") };
const partsOfDay = { hour: "2-digit", minute: "2-digit" };
let summary = null;
let source = null;
let state = "waiting";
let attempt = 0;

const dash = (value, format) => (value === null ? "–" : format(value));
const nothing = "\u00a0";

/** A time of the window, as exact as its length asks for. */
function moment(text) {
  const seconds = (new Date(summary.traffic.to) - new Date(summary.traffic.from)) / 1000;
  const parts = seconds < 1000 ? { ...partsOfDay, second: "2-digit" } : partsOfDay;
  const day = seconds > 100000 ? { month: "short", day: "numeric" } : {};
  return new Date(text).toLocaleString(language(), { ...parts, ...day });
}

function showState() {
  byID("live").dataset.state = state;
  const text = word(`live.${state}`);
  if (byID("live-text").textContent !== text) byID("live-text").textContent = text;
}

function become(next) {
  state = next;
  showState();
}

/** The intervals of the window in their order; `null` where this process did not run yet. */
function intervals() {
  const { from, to, interval_s: seconds, points } = summary.traffic;
  const begin = new Date(from).getTime();
  const count = Math.max(Math.ceil((new Date(to) - begin) / 1000 / seconds), 1);
  const slots = new Array(count).fill(null);
  for (const point of points) {
    const index = Math.round((new Date(point.at) - begin) / 1000 / seconds);
    if (index < count) slots[index] = point;
  }
  return slots;
}

function showTiles() {
  const { traffic, predictions } = summary;
  const { accuracy, drift } = predictions;
  byID("rate").textContent = word("unit.per_second", { value: short(traffic.rate) });
  byID("rate-note").textContent = word("dashboard.requests_note", {
    requests: integer(traffic.requests), predictions: integer(predictions.total),
  });
  byID("latency").textContent = dash(traffic.latency_ms.p95, milliseconds);
  byID("latency-note").textContent = word("dashboard.latency_note", {
    p50: dash(traffic.latency_ms.p50, milliseconds), p99: dash(traffic.latency_ms.p99, milliseconds),
  });
  byID("errors").textContent = percent(traffic.error_rate);
  byID("errors-note").textContent = word("dashboard.errors_note", {
    server: integer(traffic.server_errors), client: integer(traffic.client_errors),
  });
  byID("accuracy").textContent = dash(accuracy.value, percent);
  byID("accuracy-note").textContent = accuracy.value === null ? word("accuracy.no_labels")
    : word("accuracy.note", { lower: percent(accuracy.lower), upper: percent(accuracy.upper), labelled: integer(accuracy.labelled) });
  byID("drift").replaceChildren(stateLabel(driftState(drift)));
  byID("drift-note").textContent = drift ? word("drift.note", { version: drift.model_version }) : nothing;
}

function showTraffic() {
  const slots = intervals();
  const { traffic } = summary;
  const ends = [moment(traffic.from), moment(traffic.to)];
  const refused = (point) => point.client_errors / (point.seconds || 1);
  const failed = (point) => point.server_errors / (point.seconds || 1);
  byID("traffic-plot").replaceChildren(...bars(
    slots.map((point) => point && [
      ["good", point.rate - refused(point) - failed(point)], ["refused", refused(point)], ["failed", failed(point)],
    ]), {
      ends,
      label: word("dashboard.traffic_label", { requests: integer(traffic.requests), errors: integer(traffic.server_errors) }),
      key: ["good", "refused", "failed"].map((name) => [name, word(`key.${name}`)]),
    }));
  const known = slots.findIndex((point) => point !== null);
  byID("latency-plot").replaceChildren(...lines(
    ["p50", "p95", "p99"].map((name) => [name, name, slots.map((point) => point?.latency_ms[name] ?? null)]), {
      ends, known,
      label: word("dashboard.latency_label", { p50: dash(traffic.latency_ms.p50, milliseconds), p99: dash(traffic.latency_ms.p99, milliseconds) }),
    }));
  byID("coverage").textContent = traffic.coverage > 0.995 ? nothing
    : word("dashboard.coverage", { time: moment(traffic.counted_since), share: percent(traffic.coverage) });
}

function showPointsTable() {
  const head = ["time", "rate", "client", "server", "p50", "p95", "p99"].map((name) => word(`column.${name}`));
  const rows = summary.traffic.points.toReversed().map((point) => [
    moment(point.at), short(point.rate), integer(point.client_errors), integer(point.server_errors),
    ...["p50", "p95", "p99"].map((name) => dash(point.latency_ms[name], milliseconds)),
  ]);
  byID("points").replaceChildren(table(word("dashboard.traffic"), head, rows));
}

function showClasses() {
  const { by_class: counts, total, confusion } = summary.predictions;
  const known = confusion.classes;
  const names = [...known, ...Object.keys(counts).filter((name) => !known.includes(name))];
  const most = Math.max(...Object.values(counts), 1);
  byID("classes").replaceChildren(...names.map((name) => {
    const count = counts[name] ?? 0;
    const label = className(name);
    return element("li", {}, element("span", { textContent: label }),
      element("meter", { min: 0, max: most, value: count, ariaLabel: label, textContent: integer(count) }),
      element("span", { className: "number", textContent: `${integer(count)} · ${percent(total ? count / total : 0)}` }));
  }));
}

function showConfidence() {
  const { confidence, uncertain, not_garment: other, total } = summary.predictions;
  const share = (index) => percent(index / confidence.length);
  byID("confidence-plot").replaceChildren(...bars(confidence.map((count) => [["good", count]]), {
    ends: [percent(0), percent(1)], label: word("dashboard.confidence_label", { count: integer(total) }),
  }));
  byID("uncertain").textContent = word("dashboard.uncertain", { share: dash(uncertain.share, percent) });
  byID("not-garment").textContent = word("dashboard.not_garment", { share: dash(other.share, percent) });
  byID("confidence-table").replaceChildren(table(
    word("dashboard.confidence"), [word("column.confidence"), word("column.predictions")],
    confidence.map((count, index) => [`${share(index)} – ${share(index + 1)}`, integer(count)])));
}

function showSources() {
  const { traffic, predictions } = summary;
  const key = ({ engine, model_version: version }) => `${engine}\n${version}`;
  const rows = new Map();
  for (const row of traffic.by_source) rows.set(key(row), { ...row, traffic: row });
  for (const row of predictions.by_source) {
    rows.set(key(row), { ...rows.get(key(row)), engine: row.engine, model_version: row.model_version, predictions: row });
  }
  const head = ["engine", "version", "rate", "server", "p50", "p95", "p99", "predictions", "accuracy", "drift"];
  const sorted = [...rows.entries()].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, row]) => row);
  byID("sources").replaceChildren(table(word("dashboard.sources"), head.map((name) => word(`column.${name}`)),
    sorted.map((row) => [
      row.engine, row.model_version,
      row.traffic ? short(row.traffic.rate) : "–", row.traffic ? percent(row.traffic.error_rate) : "–",
      ...["p50", "p95", "p99"].map((name) => dash(row.traffic?.latency_ms[name] ?? null, milliseconds)),
      integer(row.predictions?.total ?? 0), row.predictions ? accuracyText(row.predictions.accuracy) : "–",
      stateLabel(driftState(row.predictions?.drift)),
    ])));
}

/** Lets an engine or a version that came up be chosen from then on. */
function offer(select, names) {
  const known = new Set([...select.options].map((option) => option.value));
  select.append(...names.filter((name) => name && !known.has(name)).map((name) => element("option", { value: name, textContent: name })));
}

function show() {
  showState();
  if (!summary) return;
  const { traffic, predictions } = summary;
  offer(choices.engine, [...traffic.by_source, ...predictions.by_source].map((row) => row.engine));
  offer(choices.model_version, [summary.served_version, ...predictions.by_source.map((row) => row.model_version)]);
  byID("as-of").textContent = new Date(traffic.to).toLocaleTimeString(language());
  byID("as-of").dateTime = traffic.to;
  const isEmpty = traffic.requests === 0 && predictions.total === 0;
  byID("empty").hidden = !isEmpty;
  byID("board").hidden = isEmpty;
  if (isEmpty) return;
  showTiles();
  showTraffic();
  if (byID("points").closest("details").open) showPointsTable();
  showClasses();
  showConfidence();
  byID("drift-panel").replaceChildren(...driftPanel(predictions.drift));
  byID("confusion").replaceChildren(...confusionPanel(predictions.accuracy, predictions.confusion));
  showSources();
}

const query = () => new URLSearchParams(
  Object.entries(choices).map(([name, select]) => [name, select.value]).filter(([, value]) => value));

function take(text) {
  summary = JSON.parse(text);
  byID("problem").hidden = true;
  become("live");
  show();
}

function fail(message) {
  byID("problem").textContent = message;
  byID("problem").hidden = false;
  become("broken");
}

/** Follows the stream. When it breaks, the service is asked until it answers, and the stream begins anew. */
function follow() {
  source?.close();
  attempt += 1;
  const mine = attempt;
  source = new EventSource(`/api/metrics/events?${query()}`);
  source.addEventListener("summary", ({ data }) => take(data));
  source.addEventListener("failure", () => fail(word("dashboard.failure")));
  source.addEventListener("error", () => recover(mine));
}

async function recover(mine) {
  if (mine !== attempt) return;
  source.close();
  become("broken");
  try {
    const text = await patiently(async () => (await call(`/metrics/summary?${query()}`)).text(), () => {});
    if (mine !== attempt) return;
    take(text);
    setTimeout(() => { if (mine === attempt) follow(); }, 1000);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    if (mine !== attempt) return;
    fail(error.status === 403 ? `${word("error.forbidden")} ${word("mend.forbidden")}` : word("error.other", { message: error.message }));
  }
}

/** What was chosen stays in the address, so that it can be handed on and survives a reload. */
function choose() {
  history.replaceState(null, "", `?${query()}`);
  become("waiting");
  follow();
}

const asked = new URLSearchParams(location.search);
for (const [name, select] of Object.entries(choices)) {
  if (name !== "window") offer(select, [asked.get(name)]);
  const value = asked.get(name);
  if ([...select.options].some((option) => option.value === value)) select.value = value;
  select.addEventListener("change", choose);
}
byID("choices").addEventListener("submit", (event) => event.preventDefault());
byID("points").closest("details").addEventListener("toggle", () => { if (summary) showPointsTable(); });
document.addEventListener("session", () => offer(choices.engine, currentSession().service.engines.map((engine) => engine.name)));
document.addEventListener("languagechange", show);
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) return follow();
  attempt += 1;
  source?.close();
});
showState();
follow();
