// One stored prediction, under an address that can be handed on.

import { answerParts } from "./answer.js";
import { call, patiently, Refusal } from "./client.js";
import { byID, element } from "./dom.js";
import "./shell.js";
import { className, language, word } from "./words.js";

const path = `/predictions/${location.pathname.split("/").pop()}`;
let stored = null;
let problem = null;

function show() {
  if (problem) {
    byID("stored-name").textContent = word(problem);
    byID("stored-answer").replaceChildren(element("p", { textContent: word(`${problem}_mend`) }));
    byID("stored-time").textContent = "";
    return;
  }
  if (!stored) return;
  const time = new Date(stored.created_at).toLocaleString(language(), { dateStyle: "long", timeStyle: "short" });
  byID("stored-time").textContent = time;
  byID("stored-name").textContent = stored.filename || stored.id;
  byID("stored-picture").alt = word("card.seen_label", { name: stored.filename });
  byID("stored-answer").replaceChildren(...[...answerParts(stored), stored.true_label && element("p", {
    className: "remark thanks", textContent: word("correction.saved", { name: className(stored.true_label) }),
  })].filter(Boolean));
}

document.addEventListener("languagechange", show);
try {
  stored = await patiently(async () => (await call(path)).json(), () => {});
  byID("stored-picture").src = `/api${path}/image`;
} catch (error) {
  if (!(error instanceof Refusal)) throw error;
  problem = error.status === 403 ? "stored.forbidden" : "stored.missing";
}
show();
