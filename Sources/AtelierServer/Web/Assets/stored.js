// One stored prediction, under an address that can be handed on.

import { answerParts } from "./answer.js";
import { call, patiently, Refusal } from "./client.js";
import { byID, element } from "./dom.js";
import { failureSentences } from "./failures.js";
import "./shell.js";
import { className, language, word } from "./words.js";

const path = `/predictions/${location.pathname.split("/").pop()}`;
let stored = null;
let refusal = null;

/** Why there is nothing to show, and what to do. */
function sentences({ status, code, message, requestID }) {
  const name = { 403: "stored.forbidden", 404: "stored.missing" }[status];
  if (!name) return failureSentences(code, { message, id: requestID });
  return { problem: word(name), mend: word(`${name}_mend`) };
}

function show() {
  if (refusal) {
    const { problem, mend } = sentences(refusal);
    byID("stored-name").textContent = problem;
    byID("stored-answer").replaceChildren(element("p", { textContent: mend }));
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
  refusal = error;
}
show();
