// One picture on every engine: a table with a bar for each engine's speed.

import { drawn, element } from "./dom.js";
import { className, milliseconds, percent, word } from "./words.js";

function bar(share, isFastest) {
  return drawn("svg", { viewBox: "0 0 100 8", preserveAspectRatio: "none", "aria-hidden": "true", class: "speed" },
    drawn("rect", { class: "track", width: 100, height: 8, rx: 1 }),
    drawn("rect", { class: isFastest ? "fastest" : "other", width: Math.max(share * 100, 1), height: 8, rx: 1 }));
}

/** A table of the answer of `/predict-benchmark`. */
export function comparisonTable(answer) {
  const times = answer.inference_times_ms;
  const fastest = answer.fastest_model.name;
  const answers = new Set(Object.values(answer.predictions).map((prediction) => prediction.class));
  const rows = answer.models_tested.map((engine) => element("tr", { className: engine === fastest ? "fastest" : "" },
    element("th", { scope: "row", textContent: engine }),
    element("td", {}, className(answer.predictions[engine].class),
      element("span", { className: "note", textContent: ` ${percent(answer.predictions[engine].confidence)}` })),
    element("td", { className: "number", textContent: milliseconds(times[engine]) }),
    element("td", { className: "number wide-only", textContent: milliseconds(answer.percentiles_ms[engine].p95) }),
    element("td", { className: "chart" }, bar(times[fastest] / times[engine], engine === fastest),
      element("span", { textContent: answer.speed_comparison[engine].replace("x", "×") }))));
  const head = ["engine", "answer", "median", "p95", "speed"].map((name) => element("th", {
    scope: "col", textContent: word(`comparison.${name}`), className: name === "p95" ? "wide-only" : "",
  }));
  return element("div", { className: "comparison" },
    element("p", { className: "note" },
      word(answers.size === 1 ? "comparison.agree" : "comparison.disagree"), " ",
      word("comparison.fastest", { engine: fastest, speedup: answer.fastest_model.speedup_over_slowest.replace("x", "×") })),
    element("table", {},
      element("caption", { className: "visually-hidden", textContent: word("comparison.caption") }),
      element("thead", {}, element("tr", {}, head)), element("tbody", {}, rows)),
    element("p", { className: "note", textContent: word("comparison.method", { count: answer.iterations }) }));
}
