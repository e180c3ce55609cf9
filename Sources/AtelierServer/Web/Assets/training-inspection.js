// What was found out about a data set, before anything is learned from it.

import { dataTable } from "./data-table.js";
import { element } from "./dom.js";
import { className, language, word } from "./words.js";

const number = (value) => new Intl.NumberFormat(language()).format(value);

const columns = [
  { word: "training.class", className: "name-cell", cell: (row) => className(row.name) },
  ...["pictures", "usable", "training", "validation", "held_out"].map((key) => ({
    word: `training.column_${key}`, className: "number", cell: (row) => number(row[key]),
  })),
];

function finding(name, list, line, kind = "") {
  if (!list || list.count === 0) return null;
  const rest = list.count - list.first.length;
  return element("li", { className: kind }, element("details", {},
    element("summary", { textContent: word(name, { count: number(list.count) }) }),
    element("ul", {}, list.first.map((entry) => element("li", { textContent: line(entry) })),
      rest > 0 && element("li", { textContent: word("training.others", { count: number(rest) }) }))));
}

/** The inspection, as elements. */
export function inspectionParts(inspection) {
  const findings = [
    inspection.problem && element("li", { className: "bad", role: "alert", textContent: word("training.unusable", { reason: inspection.problem }) }),
    element("li", { textContent: word("training.duplicates", { count: number(inspection.duplicates) }) }),
    finding("training.contradictions", inspection.contradictions, (group) => group.map(({ name, label }) => `${name}: ${className(label)}`).join(" · "), "warning"),
    finding("training.unreadable", inspection.unreadable, ({ name, reason }) => `${name}: ${reason}`, "warning"),
    finding("training.test_overlap", inspection.test_overlap, (name) => name, "warning"),
    inspection.training_overlap > 0 && element("li", { textContent: word("training.training_overlap", { count: number(inspection.training_overlap) }) }),
    inspection.imbalance !== null && element("li", {
      className: inspection.imbalanced ? "warning" : "",
      textContent: word(inspection.imbalanced ? "training.imbalanced" : "training.balance", { ratio: number(inspection.imbalance) }),
    }),
  ];
  return [
    dataTable("training.inspection", columns, inspection.classes, () => ({})),
    element("ul", { className: "findings" }, findings),
  ];
}
