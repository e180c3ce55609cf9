// The keys of the service: who may do what, and until when.

import { call, patiently, Refusal, Silence } from "./client.js";
import { dataTable } from "./data-table.js";
import { byID, closable, copyText, element } from "./dom.js";
import { failureSentences } from "./failures.js";
import "./shell.js";
import { language, word } from "./words.js";

let keys = null;
let problem = null;

const day = (text) => (text ? new Date(text).toLocaleDateString(language(), { dateStyle: "medium" }) : "–");
const sentences = (error) => {
  const { problem, mend } = failureSentences(error.code, { message: error.message, id: error.requestID });
  return `${problem} ${mend}`;
};

const columns = [
  { word: "keys.name", className: "name-cell", cell: (key) => [element("strong", { textContent: key.name }), element("span", { className: "note", textContent: key.current ? `${key.id} · ${word("keys.current")}` : key.id })] },
  { word: "keys.role", className: "role-cell", cell: (key) => word(`keys.role_${key.role}`) },
  { word: "keys.state", className: "state-cell", cell: (key) => element("span", { className: `tag ${key.state === "valid" ? "good" : "bad"}`, textContent: word(`keys.state_${key.state}`) }) },
  { word: "keys.created", cell: (key) => (key.configured ? word("keys.configured") : day(key.created)) },
  { word: "keys.expires", cell: (key) => (key.expires ? day(key.expires) : word("keys.never")) },
  { word: "keys.rate", className: "number", cell: (key) => (key.requests_per_minute === null ? word("keys.default_rate") : new Intl.NumberFormat(language()).format(key.requests_per_minute)) },
  { word: "keys.action", className: "action-cell", cell: action },
];

function action(key) {
  if (key.configured || key.state === "revoked") return "";
  const button = element("button", { type: "button", className: "small", textContent: word("keys.revoke"), ariaLabel: `${word("keys.revoke")}: ${key.name}` });
  button.addEventListener("click", () => askToRevoke(key));
  return button;
}

function show() {
  byID("list").ariaBusy = String(!keys && !problem);
  if (problem) {
    const retry = element("button", { type: "button", textContent: word("card.retry") });
    retry.addEventListener("click", load);
    byID("rows").replaceChildren(element("div", { className: "list-note" }, element("p", { role: "alert", textContent: sentences(problem) }), retry));
  } else if (keys) {
    byID("rows").replaceChildren(dataTable("keys.list", columns, keys, ({ state }) => ({ state })));
  }
}

async function load() {
  try {
    ({ keys } = await patiently(async () => (await call("/keys")).json(), () => {}));
    problem = null;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    problem = error;
  }
  show();
}

// A new key.

const create = closable(byID("create"));
const made = closable(byID("made"));
const form = byID("create-form");

byID("new").addEventListener("click", () => {
  form.reset();
  byID("create-problem").textContent = "";
  create.showModal();
});

const whole = (id) => (byID(id).value === "" ? null : Number(byID(id).value));

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const submit = form.querySelector("[type=submit]");
  submit.disabled = true;
  try {
    const body = JSON.stringify({ name: byID("name").value.trim(), role: byID("role").value, expires_in_days: whole("days"), requests_per_minute: whole("rate") });
    const key = await patiently(async () => (await call("/keys", { method: "POST", headers: { "Content-Type": "application/json" }, body })).json(), () => {}, { isRepeatable: false });
    create.close();
    byID("secret").textContent = key.secret;
    byID("copied").textContent = "";
    made.showModal();
    await load();
  } catch (error) {
    if (error instanceof Silence) {
      byID("create-problem").textContent = word("keys.silence");
      load();
      return;
    }
    if (!(error instanceof Refusal)) throw error;
    byID("create-problem").textContent = sentences(error);
  } finally {
    submit.disabled = false;
  }
});

byID("copy").addEventListener("click", async () => {
  const isCopied = await copyText(byID("secret").textContent);
  if (!isCopied) getSelection().selectAllChildren(byID("secret"));
  byID("copied").textContent = word(isCopied ? "code.copied" : "code.selected");
});

// It is shown once: Escape, pressed in passing, does not lose it.
made.addEventListener("cancel", (event) => event.preventDefault());
made.addEventListener("close", () => {
  byID("secret").textContent = "";
  byID("new").focus();
});

// The end of a key.

const revoke = closable(byID("revoke"));
let revoking = null;

function askToRevoke(key) {
  revoking = { key, isConfirmed: false };
  byID("revoke-problem").textContent = "";
  showRevoke(word("keys.revoke_lead"));
  revoke.showModal();
}

function showRevoke(text) {
  byID("revoke-title").textContent = word("keys.revoke_heading", { name: revoking.key.name });
  byID("revoke-text").textContent = text;
  byID("revoke-confirm").textContent = word(revoking.isConfirmed ? "keys.revoke_all_the_same" : "keys.revoke");
}

byID("revoke-confirm").addEventListener("click", async () => {
  const { key, isConfirmed } = revoking;
  byID("revoke-confirm").disabled = true;
  try {
    await patiently(() => call(`/keys/${encodeURIComponent(key.id)}${isConfirmed ? "?confirm=true" : ""}`, { method: "DELETE" }), () => {});
    if (key.current) return location.assign("/sign-in");
    revoke.close();
    byID("announcer").textContent = word("keys.revoked", { name: key.name });
    await load();
    byID("new").focus();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    if (["own_key", "last_admin_key"].includes(error.code)) {
      revoking.isConfirmed = true;
      showRevoke(word(`error.${error.code}`));
    } else {
      byID("revoke-problem").textContent = sentences(error);
    }
  } finally {
    byID("revoke-confirm").disabled = false;
  }
});

document.addEventListener("languagechange", () => { if (revoke.open) showRevoke(byID("revoke-text").textContent); show(); });
load();
