// The versions of the model: which is served, how good each is, and for admins the way to change it.

import { call, currentSession, patiently, Refusal, Silence } from "./client.js";
import { byID, closable, element } from "./dom.js";
import "./shell.js";
import { amountOfBytes, language, percent, word } from "./words.js";

const interval = 5000;
let listing = null;
let shown = "";
/** Why there is no list, and the name of the sentence about it. */
let problem = null;

const mayChange = () => currentSession()?.key.role === "admin";
const number = (value) => new Intl.NumberFormat(language()).format(value);

async function load() {
  try {
    listing = await patiently(async () => (await call("/models")).json(), () => {});
    problem = null;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    problem = error.status === 403 ? "models.forbidden" : "models.failed";
  }
  show();
}

function marks(model) {
  const share = model.canary_share;
  return element("ul", { className: "marks" },
    model.current && element("li", { className: "current", textContent: word("models.current") }),
    share !== null && !model.current && element("li", {
      className: "canary", textContent: word("models.canary", { share: percent(share) }),
    }),
    model.defect && element("li", { className: "defect", textContent: word("models.damaged") }),
    model.loaded && !model.current && element("li", { textContent: word("models.loaded") }),
    model.shipped && element("li", { textContent: word("models.shipped") }));
}

function quality(model) {
  const entries = [
    ["models.test_accuracy", model.test && percent(model.test.accuracy)],
    ["models.validation_accuracy", model.validation && percent(model.validation.accuracy)],
    ["models.ece", model.test && percent(model.test.ece)],
  ];
  return element("dl", { className: "quality" }, entries.map(([name, value]) => element("div", {},
    element("dt", { textContent: word(name) }),
    element("dd", { className: value ? "" : "unknown", textContent: value ?? word("models.not_measured") }))));
}

function details(model) {
  const created = new Date(model.created).toLocaleString(language(), { dateStyle: "long", timeStyle: "short" });
  const entries = [
    ["models.architecture", model.architecture ?? word("models.other_design")],
    ["models.parameters", number(model.parameters)],
    ["models.size", amountOfBytes(model.bytes)],
    ["models.created", created],
    ["models.engines", model.engines.join(", ")],
  ];
  return element("dl", { className: "details" }, entries.map(([name, value]) => element("div", {},
    element("dt", { textContent: word(name) }), element("dd", { textContent: value }))));
}

function actions(model) {
  if (!mayChange()) return null;
  const promote = !model.current && !model.defect && !listing.pinned && element("button", {
    type: "button", textContent: word("models.promote"), ariaLabel: word("models.promote_label", { name: model.version }),
    onclick: () => askToPromote(model),
  });
  const canGo = !model.current && !model.shipped && model.canary_share === null;
  const remove = canGo && element("button", {
    type: "button", textContent: word("models.remove"), ariaLabel: word("models.remove_label", { name: model.version }),
    onclick: () => askToRemove(model),
  });
  if (promote) promote.dataset.action = "promote";
  if (remove) remove.dataset.action = "remove";
  return promote || remove ? element("div", { className: "row" }, promote, remove) : null;
}

function card(model) {
  const made = element("li", { className: "card version" },
    element("h3", { textContent: model.version }), marks(model),
    model.defect && element("p", { className: "remark failure", textContent: model.defect }),
    model.created && [quality(model), details(model)], actions(model));
  made.dataset.version = model.version;
  made.dataset.state = model.defect ? "damaged" : model.current ? "current" : "other";
  return made;
}

function show() {
  const text = JSON.stringify([listing, problem, language(), mayChange()]);
  if (text === shown) return;
  shown = text;
  const models = problem ? [] : listing?.models ?? [];
  // Whoever stands on a button stands on it afterwards too.
  const place = document.activeElement?.closest?.(".version");
  const action = document.activeElement?.dataset?.action;
  byID("versions").replaceChildren(...models.map(card));
  if (place && action) {
    byID("versions").querySelector(`[data-version="${CSS.escape(place.dataset.version)}"] [data-action=${action}]`)?.focus();
  }
  byID("list").ariaBusy = String(!listing && !problem);
  byID("placeholder").hidden = models.length > 0;
  byID("placeholder-text").textContent = word(problem ?? (listing ? "models.empty" : "models.loading"));
  byID("pinned").hidden = !listing?.pinned;
  byID("rollback").disabled = !listing?.previous || listing.pinned;
}

/** Says what came of a change. */
function say(kind, text) {
  const place = byID("outcome");
  place.dataset.kind = kind;
  place.textContent = text;
  place.hidden = false;
}

function reason(error) {
  if (error instanceof Silence) return word("sign-in.silence");
  if (!(error instanceof Refusal)) throw error;
  if (error.status === 403) return word("models.may_not");
  return word("error.other", { message: error.message });
}

const dialog = closable(byID("confirm"));

const repeated = (action) => () => patiently(action, () => {});

/** Asks, and does it when the answer is yes. */
function ask(name, values, action) {
  byID("confirm-title").textContent = word(`${name}_title`, values);
  byID("confirm-text").textContent = word(`${name}_text`, values);
  byID("confirm-problem").textContent = "";
  const yes = byID("confirm-yes");
  yes.textContent = word(name);
  yes.onclick = async () => {
    yes.disabled = true;
    try {
      await action();
      dialog.close();
      say("done", word(`${name}_done`, values));
      await load();
    } catch (error) {
      byID("confirm-problem").textContent = reason(error);
    } finally {
      yes.disabled = false;
    }
  };
  dialog.showModal();
}

const address = (version) => `/models/${encodeURIComponent(version)}`;

function askToPromote(model) {
  const current = listing.models.find((other) => other.current);
  const missing = (current?.engines ?? []).filter((engine) => !model.engines.includes(engine));
  const promote = () => call(`${address(model.version)}/promote`, { method: "POST" });
  ask("models.promote", { name: model.version }, repeated(promote));
  if (missing.length > 0) {
    byID("confirm-text").textContent += ` ${word("models.promote_missing", { engines: missing.join(", ") })}`;
  }
}

function askToRemove(model) {
  ask("models.remove", { name: model.version }, repeated(() => call(address(model.version), { method: "DELETE" })));
}

byID("rollback").addEventListener("click", () => {
  // Done again because its answer was lost, it would go back one version further.
  ask("models.rollback", { name: listing.previous }, () => call("/models/rollback", { method: "POST" }));
});

function setUpImport() {
  const importer = closable(byID("importer"));
  const form = byID("import-form");
  const { file, name } = form.elements;
  byID("import").addEventListener("click", () => {
    form.reset();
    byID("import-problem").textContent = "";
    importer.showModal();
  });
  file.addEventListener("change", () => {
    const stem = (file.files[0]?.name ?? "").replace(/\.[^.]*$/, "").replace(/[^A-Za-z0-9._-]/g, "-");
    if (!name.value) name.value = stem.replace(/^[^A-Za-z0-9]+/, "").slice(0, 64);
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const submit = form.querySelector("[type=submit]");
    const body = new FormData();
    body.append("name", name.value);
    body.append("file", file.files[0]);
    submit.disabled = true;
    submit.textContent = word("models.importing");
    byID("import-problem").textContent = "";
    try {
      await patiently(() => call("/models", { method: "POST", body }), () => {});
      importer.close();
      say("done", word("models.import_done", { name: name.value }));
      await load();
    } catch (error) {
      byID("import-problem").textContent = reason(error);
    } finally {
      submit.disabled = false;
      submit.textContent = word("models.import_start");
    }
  });
}

setUpImport();
document.addEventListener("languagechange", show);
document.addEventListener("session", show);

async function follow() {
  if (!document.hidden) await load();
  setTimeout(follow, interval);
}
follow();
