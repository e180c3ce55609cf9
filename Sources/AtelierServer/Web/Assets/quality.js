// How good the answers are: drift against the validation split, and the confusion matrix.

import { table } from "./charts.js";
import { element } from "./dom.js";
import { className, language, percent, word } from "./words.js";

export const integer = (value) => new Intl.NumberFormat(language()).format(value);
const decimal = (value) => new Intl.NumberFormat(language(), { minimumFractionDigits: 3, maximumFractionDigits: 3 }).format(value);

const severity = ["insufficient", "stable", "moderate", "major"];

/** The worse state of both distributions; `none` when there is no reference. */
export function driftState(drift) {
  if (!drift) return "none";
  const states = [drift.classes, drift.confidence].filter(Boolean).map((index) => severity.indexOf(index.state));
  return severity[Math.max(...states)];
}

/** A state in a word and a colour. */
export const stateLabel = (state) => element("span", { className: `level ${state}`, textContent: word(`drift.${state}`) });

/** An accuracy with its interval, or a dash. */
export function accuracyText(accuracy) {
  if (accuracy.value === null) return "–";
  return word("accuracy.interval", {
    value: percent(accuracy.value), lower: percent(accuracy.lower), upper: percent(accuracy.upper),
  });
}

/** What there is to say of the drift. */
export function driftPanel(drift) {
  if (!drift) return [element("p", { className: "note", textContent: word("drift.none_note") })];
  const indices = [["classes", drift.classes], ["confidence", drift.confidence]].filter(([, index]) => index);
  const rows = indices.map(([name, index]) => [
    word(`drift.of_${name}`), index.psi === null ? "–" : decimal(index.psi), stateLabel(index.state),
  ]);
  const isEnough = drift.pictures >= drift.needed;
  return [
    table(word("dashboard.drift"), [word("drift.distribution"), word("drift.psi"), word("drift.state")], rows),
    element("p", { className: "note", textContent: word(isEnough ? "drift.compared" : "drift.too_few", {
      count: integer(drift.pictures), needed: integer(drift.needed), version: drift.model_version,
    }) }),
    element("p", { className: "note", textContent: word("drift.limits") }),
  ];
}

/** What was said of what has a label; how to get labels when there are none. */
export function confusionPanel(accuracy, { classes, counts }) {
  if (accuracy.labelled === 0) return [element("p", { className: "note", textContent: word("accuracy.none") })];
  const names = classes.map(className);
  const most = Math.max(...counts.flat());
  const cells = counts.map((row, label) => row.map((count, found) => {
    const cell = element("td", { textContent: count === 0 ? "·" : integer(count) });
    cell.dataset.kind = label === found ? "right" : "wrong";
    cell.dataset.depth = String(Math.ceil((count / most) * 3));
    return cell;
  }));
  return [
    element("p", { className: "note", textContent: word("confusion.note", {
      right: integer(accuracy.right), labelled: integer(accuracy.labelled),
    }) }),
    element("table", { className: "confusion" },
      element("caption", { className: "visually-hidden", textContent: word("dashboard.confusion") }),
      element("thead", {}, element("tr", {}, element("td", { className: "corner" }),
        names.map((name) => element("th", { scope: "col" }, element("span", { textContent: name }))))),
      element("tbody", {}, cells.map((row, index) =>
        element("tr", {}, element("th", { scope: "row", textContent: names[index] }), row)))),
  ];
}
