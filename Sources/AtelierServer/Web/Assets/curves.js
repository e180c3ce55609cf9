// Curves of a training run, a point an epoch.

import { short } from "./charts.js";
import { drawn, element } from "./dom.js";
import { percent, word } from "./words.js";

const size = { width: 440, height: 200, left: 48, right: 12, top: 10, bottom: 28 };

/** A figure of two lines: over the pictures that are learned from, and those that are validated with. */
function curve(name, epochs, total, parts, format) {
  const values = epochs.flatMap((epoch) => parts.map(({ key }) => epoch[key]));
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const margin = (most - least || Math.abs(most) || 1) * 0.08;
  const [low, high] = [least - margin, most + margin];
  const x = (epoch) => size.left + (size.width - size.left - size.right) * (total > 1 ? (epoch - 1) / (total - 1) : 0.5);
  const y = (value) => size.top + (size.height - size.top - size.bottom) * (high - value) / (high - low);
  const last = epochs.at(-1);
  const summary = parts.map(({ key, label }) => `${word(label)}: ${format(last[key])}`).join(", ");
  const picture = drawn("svg", { viewBox: `0 0 ${size.width} ${size.height}`, role: "img", "aria-label": `${word(name)}. ${summary}` },
    drawn("path", { class: "axis", d: `M${size.left} ${size.top}V${size.height - size.bottom}H${size.width - size.right}` }),
    text(format(most), size.left - 6, y(most) + 4, "end"), text(format(least), size.left - 6, y(least) + 4, "end"),
    text("1", x(1), size.height - 8, "middle"), text(String(total), x(total), size.height - 8, "middle"),
    ...parts.flatMap(({ key, className }) => [
      drawn("path", { class: className, d: epochs.map((epoch, index) => `${index ? "L" : "M"}${x(epoch.epoch)} ${y(epoch[key])}`).join("") }),
      drawn("circle", { class: className, cx: x(last.epoch), cy: y(last[key]), r: 3 }),
    ]));
  return element("figure", {}, element("figcaption", { textContent: `${word(name)} · ${summary}` }), picture);
}

function text(content, x, y, anchor) {
  const label = drawn("text", { x, y, "text-anchor": anchor });
  label.textContent = content;
  return label;
}

/** The curves of the epochs so far. */
export function curves(epochs, total) {
  if (epochs.length === 0) return [];
  const labels = ["training.learned", "training.validated"];
  const parts = (...keys) => keys.map((key, index) => ({
    key, label: labels[index], className: ["training-line", "validation-line"][index],
  }));
  return [
    curve("training.loss", epochs, total, parts("loss", "validation_loss"), short),
    curve("training.accuracy", epochs, total, parts("accuracy", "validation_accuracy"), percent),
  ];
}
