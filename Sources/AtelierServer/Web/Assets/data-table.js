// Tables that become cards on narrow screens, and stay tables to those who listen.

import { element } from "./dom.js";
import { word } from "./words.js";

/**
 * A table of rows. Each column is `{ word, className, cell(row) }`, and a cell is text or elements;
 * `attributes(row)` are those of the row.
 */
export function dataTable(captionWord, columns, rows, attributes = () => ({})) {
  const head = columns.map((column) => element("th", {
    scope: "col", role: "columnheader", className: column.className ?? "", textContent: word(column.word),
  }));
  const body = rows.map((row) => {
    const made = element("tr", { role: "row" }, columns.map((column) => {
      const cell = element("td", { role: "cell", className: column.className ?? "" }, column.cell(row));
      cell.dataset.label = word(column.word);
      return cell;
    }));
    Object.assign(made.dataset, attributes(row));
    return made;
  });
  return element("table", { className: "data", role: "table" },
    element("caption", { className: "visually-hidden", textContent: word(captionWord) }),
    element("thead", { role: "rowgroup" }, element("tr", { role: "row" }, head)),
    element("tbody", { role: "rowgroup" }, body));
}

/** The 28x28 picture of a stored prediction; old ones have none. */
export function thumbnail(source) {
  const picture = element("img", { className: "thumbnail", width: 56, height: 56, alt: "", loading: "lazy", decoding: "async", src: source });
  picture.addEventListener("error", () => picture.classList.add("broken"));
  return picture;
}
