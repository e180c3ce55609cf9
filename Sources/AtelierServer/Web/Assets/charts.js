// Small charts of our own: bars and lines over intervals, in SVG that stretches with its place.

import { drawn, element } from "./dom.js";
import { language } from "./words.js";

const height = 100;

/** A number as people read it: three digits that matter. */
export const short = (value) =>
  new Intl.NumberFormat(language(), { maximumSignificantDigits: 3, notation: value >= 1e5 ? "compact" : "standard" }).format(value);

/** The least of 1, 2, 3, 4, 5, 6 and 8 times a power of ten that is not below a value. */
export function roundedUp(value) {
  if (!(value > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 3, 4, 5, 6, 8, 10].map((step) => step * power).find((step) => step >= value * 0.999999);
}

function canvas(count, label, ...children) {
  const grid = [0, 0.5, 1].map((share) => drawn("path", { class: "grid", d: `M0 ${height * share}H${count}` }));
  return drawn("svg", {
    viewBox: `0 0 ${count} ${height}`, preserveAspectRatio: "none", role: "img", "aria-label": label, class: "chart",
  }, ...grid, ...children);
}

/** A chart between its scale and the names of its ends, with a key of its parts. */
function framed(chart, { top, ends, key }) {
  return [
    key && element("ul", { className: "key" }, key.map(([kind, name]) => element("li", {},
      drawn("svg", { viewBox: "0 0 20 8", class: "swatch", "aria-hidden": "true" },
        drawn("path", { class: kind, d: "M0 4H20" })), name))),
    element("div", { className: "framed" },
      element("div", { className: "scale note" }, [top, top / 2, 0].map((value) => element("span", { textContent: short(value) }))),
      chart,
      element("div", { className: "ends note" }, ends.map((end) => element("span", { textContent: end })))),
  ].filter(Boolean);
}

/**
 * Bars side by side, each of parts on top of each other.
 *
 * @param columns For each bar its parts, `[class, value]`; `null` where nothing was counted.
 */
export function bars(columns, { label, ends, key }) {
  const total = (parts) => parts.reduce((sum, [, value]) => sum + value, 0);
  const top = roundedUp(Math.max(...columns.map((parts) => (parts ? total(parts) : 0)), 0));
  const shapes = columns.flatMap((parts, index) => {
    if (!parts) return [];
    let base = height;
    return parts.filter(([, value]) => value > 0).map(([kind, value]) => {
      // What is there can be seen, however little it is.
      const size = Math.max((value / top) * height, 1);
      base -= size;
      return drawn("rect", { class: kind, x: index + 0.08, y: base, width: 0.84, height: size });
    });
  });
  const known = columns.findIndex((parts) => parts !== null);
  return framed(canvas(columns.length, label, ...unknownTime(known), ...shapes), { top, ends, key });
}

/** The intervals in the beginning that nobody counted. */
const unknownTime = (count) =>
  (count > 0 ? [drawn("rect", { class: "unknown", x: 0, y: 0, width: count, height })] : []);

/**
 * Lines over intervals, in steps: a lone interval is seen too.
 *
 * @param series For each line `[class, name, values]`; `null` where there is no value.
 * @param known The first interval that was counted.
 */
export function lines(series, { label, ends, known }) {
  const count = series[0][2].length;
  const top = roundedUp(Math.max(...series.flatMap(([, , values]) => values.map((value) => value ?? 0)), 0));
  const paths = series.map(([kind, , values]) => {
    let isDrawing = false;
    const steps = values.map((value, index) => {
      if (value === null) {
        isDrawing = false;
        return "";
      }
      const y = (1 - value / top) * height;
      const step = `${isDrawing ? "V" : `M${index} `}${y}H${index + 1}`;
      isDrawing = true;
      return step;
    });
    return drawn("path", { class: kind, d: steps.join("") || "M0 0" });
  });
  return framed(canvas(count, label, ...unknownTime(known), ...paths), { top, ends, key: series.map(([kind, name]) => [kind, name]) });
}

/** A table with a caption for those who do not see it. */
export function table(caption, head, rows) {
  return element("table", {},
    element("caption", { className: "visually-hidden", textContent: caption }),
    element("thead", {}, element("tr", {}, head.map((name) => element("th", { scope: "col", textContent: name })))),
    element("tbody", {}, rows.map(([name, ...cells]) => element("tr", {},
      element("th", { scope: "row", textContent: name }),
      cells.map((cell) => (cell instanceof Node ? element("td", {}, cell) : element("td", { textContent: cell })))))));
}
