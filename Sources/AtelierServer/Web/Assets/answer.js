// What an answer of the service looks like.

import { element } from "./dom.js";
import { className, milliseconds, percent, word } from "./words.js";

/** The elements that show a prediction. */
export function answerParts(answer) {
  const headline = answer.garment ? className(answer.class) : word("card.no_garment");
  const parts = [element("p", { className: "headline" },
    element("strong", { textContent: headline }),
    answer.garment && element("span", { className: "confidence", textContent: percent(answer.confidence) }))];
  if (!answer.garment) {
    parts.push(element("p", { className: "remark doubt", textContent: word("card.no_garment_note") }));
  } else if (answer.uncertain) {
    parts.push(element("p", { className: "remark doubt" },
      element("strong", { textContent: word("card.uncertain") }), ` ${word("card.uncertain_note")}`));
  }
  parts.push(element("ul", { className: answer.garment ? "scores" : "scores faint" }, answer.top_k.map((score) => {
    const name = className(score.class);
    return element("li", {}, element("span", { textContent: name }),
      element("meter", { min: 0, max: 1, value: score.confidence, ariaLabel: name, textContent: percent(score.confidence) }),
      element("span", { className: "number", textContent: percent(score.confidence) }));
  })));
  parts.push(element("p", { className: "note source" },
    [answer.model, milliseconds(answer.inference_time_ms), answer.model_version].join(" · ")));
  return parts;
}
