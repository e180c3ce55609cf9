// Training on data of one's own: look at it, start, watch, decide.

import { call, currentSession, patiently, Refusal, Silence } from "./client.js";
import { curves } from "./curves.js";
import { byID, element } from "./dom.js";
import { failureSentences } from "./failures.js";
import "./shell.js";
import { inspectionParts } from "./training-inspection.js";
import { language, percent, say, word } from "./words.js";

let inspection = null;
let job = null;
let epochs = [];
let watching = null;

const form = byID("training-form");
const source = () => form.elements.source.value;

function sentences(error) {
  const { problem, mend } = failureSentences(error.code, { message: error.message, id: error.requestID });
  return `${problem} ${mend}`;
}

/** The request of both calls: a form with the archive, or JSON. */
function requestOptions() {
  const settings = Object.fromEntries(["from", "mix", "epochs", "promote"]
    .map((id) => [id, byID(id).value]).filter(([, value]) => value !== ""));
  if (source() === "labels") {
    if (settings.epochs) settings.epochs = Number(settings.epochs);
    return { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ source: "labels", ...settings }) };
  }
  const body = new FormData();
  for (const [name, value] of Object.entries(settings)) body.append(name, value);
  body.append("file", byID("archive").files[0]);
  return { method: "POST", body };
}

/** Calls with what the form holds; `null` when that was refused, or is not known to have been done. */
async function send(path, busy, options) {
  byID("training-problem").textContent = "";
  if (source() === "archive" && byID("archive").files.length === 0) {
    byID("training-problem").textContent = word("training.no_archive");
    return null;
  }
  byID("inspect").disabled = true;
  say(byID("training-busy"), busy);
  try {
    return await patiently(async () => (await call(path, requestOptions())).json(), () => {}, options);
  } catch (error) {
    if (error instanceof Silence) {
      byID("training-problem").textContent = word("training.silence");
      watchNewest();
      return null;
    }
    if (!(error instanceof Refusal)) throw error;
    byID("training-problem").textContent = error.code === "invalid_dataset" ? word("training.unusable", { reason: error.message }) : sentences(error);
    return null;
  } finally {
    byID("inspect").disabled = false;
    byID("training-busy").textContent = "";
    delete byID("training-busy").dataset.word;
  }
}

function showInspection() {
  byID("start").disabled = !inspection || inspection.problem !== null;
  if (inspection) byID("inspection").replaceChildren(...inspectionParts(inspection));
  else byID("inspection").replaceChildren(say(element("p", { className: "note" }), "training.inspection_none"));
}

function forget() {
  inspection = null;
  byID("archive-field").hidden = source() !== "archive";
  showInspection();
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  forget();
  inspection = await send("/training/inspect", "training.inspecting");
  showInspection();
});
for (const field of [...form.elements.source, byID("archive"), byID("mix")]) field.addEventListener("change", forget);

byID("start").addEventListener("click", async () => {
  byID("start").disabled = true;
  const started = await send("/training", "training.sending", { isRepeatable: false });
  showInspection();
  if (started) watch(started);
});

byID("cancel").addEventListener("click", async () => {
  byID("cancel").disabled = true;
  try {
    await patiently(() => call(`/jobs/${job.id}`, { method: "DELETE" }), () => {});
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    byID("run-state").textContent = sentences(error);
  } finally {
    byID("cancel").disabled = false;
  }
});

const isOver = () => ["succeeded", "failed", "cancelled"].includes(job.state);

function time(seconds) {
  const minutes = Math.round(seconds / 60);
  const [amount, unit] = seconds < 90 ? [Math.round(seconds), "second"] : minutes < 90 ? [minutes, "minute"] : [Math.round(minutes / 60), "hour"];
  return new Intl.NumberFormat(language(), { style: "unit", unit, unitDisplay: "long" }).format(amount);
}

function stateText() {
  const detail = job.progress.detail;
  if (job.state === "failed") return word("training.failed", { reason: job.error?.message ?? "" });
  if (job.state === "succeeded") return word("training.done", { version: job.result.version });
  if (job.state === "cancelled") return word("training.cancelled");
  if (job.cancellation_requested) return word("training.cancelling");
  if (job.state === "queued") return word("training.queued");
  if (detail?.phase && detail.phase !== "training") return word(`training.phase_${detail.phase}`);
  const left = detail?.remaining_seconds ?? epochs.at(-1)?.remaining_seconds;
  const epoch = word("training.epoch", { epoch: Math.min(job.progress.done + 1, job.progress.total ?? 1), total: job.progress.total ?? "…" });
  return left === undefined ? epoch : `${epoch} ${word("training.left", { time: time(left) })}`;
}

function showJob() {
  byID("cancel").hidden = !job || isOver();
  byID("run-progress").hidden = !job || isOver();
  if (!job) return;
  delete byID("run-state").dataset.word;
  const said = stateText();
  if (byID("run-state").textContent !== said) byID("run-state").textContent = said;
  const detail = job.progress.detail;
  const share = detail?.steps ? detail.step / detail.steps : 0;
  byID("run-progress").value = job.progress.total ? (job.progress.done + share) / job.progress.total : 0;
  byID("curves").replaceChildren(...curves(epochs, epochs.at(-1)?.epochs ?? 1));
  byID("verdict").replaceChildren(...(job.state === "succeeded" ? [verdictParts(job.result)] : []));
}

function verdictParts({ version, verdict, promoted, explanation }) {
  const isServed = currentSession()?.service.model_version === version || promoted;
  const isNotWorse = ["not_worse", "nothing_served"].includes(verdict.decision);
  // It should have been served, and was not: only the service knows why.
  const hindrance = !isServed && isNotWorse && job.parameters.promote !== "never" ? explanation : null;
  const decision = word(`training.verdict_${verdict.decision}`, { served: verdict.served ?? "" });
  const lines = verdict.comparisons.map((comparison) => element("li", {
    textContent: word("training.comparison", {
      name: word(comparison.name === "held-out" ? "training.set_held_out" : "training.set_validation"),
      count: comparison.pictures, served: percent(comparison.served_accuracy), fresh: percent(comparison.new_accuracy),
      first: comparison.test.only_first, second: comparison.test.only_second,
      p: new Intl.NumberFormat(language(), { maximumSignificantDigits: 2 }).format(comparison.p_value_worse),
    }),
  }));
  const promote = element("button", { type: "button", className: "primary", textContent: word("training.promote_now") });
  promote.addEventListener("click", () => promoteNow(version, promote));
  return element("div", { className: "verdict" },
    element("p", {}, element("strong", { className: isNotWorse ? "good" : verdict.decision === "worse" ? "bad" : "", textContent: decision }),
      ` ${word(isServed ? "training.is_served" : "training.is_not_served", { version })}`),
    element("ul", { className: "findings" }, lines),
    hindrance && element("p", { className: "note", textContent: hindrance }),
    !isServed && element("p", {}, promote));
}

async function promoteNow(version, button) {
  button.disabled = true;
  try {
    await patiently(() => call(`/models/${encodeURIComponent(version)}/promote`, { method: "POST" }), () => {});
    job.result.promoted = true;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    byID("run-state").textContent = sentences(error);
  }
  showJob();
}

/** Follows a job; the browser goes on after the last event when the connection breaks. */
function watch(started) {
  watching?.close();
  job = started;
  epochs = [];
  showJob();
  const events = new EventSource(`/api/jobs/${job.id}/events`);
  watching = events;
  events.addEventListener("epoch", (event) => {
    const { data } = JSON.parse(event.data);
    epochs = [...epochs.filter(({ epoch }) => epoch !== data.epoch), data].sort((one, other) => one.epoch - other.epoch);
    showJob();
  });
  for (const name of ["progress", "end"]) {
    events.addEventListener(name, (event) => {
      job = JSON.parse(event.data);
      if (name === "end") events.close();
      showJob();
    });
  }
  // The browser asks again when the events break off or end before the job does, but not once it was refused.
  events.addEventListener("error", () => { if (events.readyState === EventSource.CLOSED) resume(events); });
}

/** Follows the job anew, once the service lets it: the session may have ended meanwhile. */
async function resume(refused) {
  const { id } = job;
  try {
    const known = await patiently(async () => (await call(`/jobs/${id}`)).json(), () => {});
    setTimeout(() => { if (watching === refused) watch(known); }, 1000);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    if (watching === refused) byID("run-state").textContent = sentences(error);
  }
}

/** Follows the newest job, once the service answers. */
async function watchNewest() {
  const { jobs } = await patiently(async () => (await call("/jobs?kind=training&limit=1")).json(), () => {});
  if (jobs.length > 0 && jobs[0].id !== job?.id) watch(jobs[0]);
}

document.addEventListener("languagechange", () => { showInspection(); showJob(); });
forget();
await watchNewest();
