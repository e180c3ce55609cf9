// "This is wrong: it is ...": what people know better is stored with the prediction.

import { call, currentSession, patiently, Refusal } from "./client.js";
import { element } from "./dom.js";
import { className, word } from "./words.js";

/** A form to say what a picture really shows; `onSaved` is told the class. */
export function correctionForm(answer, onSaved) {
  const field = element("select", { ariaLabel: word("correction.label") },
    currentSession().service.classes.map((name) => element("option", { value: name, textContent: className(name) })));
  field.value = answer.top_k[1]?.class ?? answer.class;
  const save = element("button", { type: "submit", className: "primary", textContent: word("correction.save") });
  const problem = element("span", { className: "note", role: "alert" });
  const form = element("form", { className: "row correction" },
    element("span", { textContent: word("correction.label") }), field, save, problem);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    save.disabled = true;
    try {
      await patiently(() => call(`/predictions/${answer.id}/label`, {
        method: "PUT", headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ label: field.value }),
      }), () => {});
      onSaved(field.value);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      problem.textContent = word("error.other", { message: error.message });
      save.disabled = false;
    }
  });
  return form;
}
