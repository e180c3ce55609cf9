// What the address of the history asks for, and what the API is asked in turn. Everything is in the
// address, so that a page can be loaded again, kept, and handed on.

/** The fields of the form, under the names of the API. */
export const fields = ["from", "to", "class", "engine", "model_version", "min_confidence", "filename", "uncertain", "label"];

/** The identity of a batch, and the time in which its pictures are, come from the page of batches. */
const batchField = "request_id";
/** The cursors of the pages before this one, the last of which leads here. */
const trailField = "pages";
const trailLimit = 200;

/** The values of an address. */
export class HistoryQuery {
  constructor(search) {
    this.values = new URLSearchParams(search);
  }

  get isOfBatch() { return this.values.has(batchField); }
  get trail() { return this.values.get(trailField)?.split(".").filter(Boolean) ?? []; }
  get pageNumber() { return this.trail.length + 1; }
  get hasFilters() { return this.isOfBatch || fields.some((name) => this.values.has(name)); }

  /** The value of a field of the form; a batch's times are none. */
  value(name) {
    const value = this.values.get(name) ?? "";
    return ["from", "to"].includes(name) && value.includes("T") ? "" : value;
  }

  /** The address of these values with those of a form, on their first page. */
  with(form) {
    const values = new URLSearchParams();
    for (const name of fields) {
      const text = String(form.get(name) ?? "").trim();
      const value = text === "" && this.isOfBatch && ["from", "to"].includes(name) ? this.values.get(name) : text;
      if (value) values.set(name, value);
    }
    if (this.isOfBatch) values.set(batchField, this.values.get(batchField));
    return address(values);
  }

  /** The address of the next page; `null` when there are too many behind it. */
  next(cursor) {
    return cursor && this.trail.length < trailLimit ? this.onPage([...this.trail, cursor]) : null;
  }

  /** The address of the page before; `null` on the first. */
  get previous() { return this.trail.length > 0 ? this.onPage(this.trail.slice(0, -1)) : null; }

  onPage(trail) {
    const values = new URLSearchParams(this.values);
    if (trail.length > 0) values.set(trailField, trail.join(".")); else values.delete(trailField);
    return address(values);
  }

  /** What the API is asked for: days are those of the browser's clock, and the confidence no percentage. */
  get filters() {
    const asked = new URLSearchParams();
    for (const name of [...fields, batchField]) {
      const value = this.values.get(name);
      if (value) asked.set(name, value);
    }
    for (const [name, days] of [["from", 0], ["to", 1]]) {
      const day = asked.get(name)?.match(/^(\d{4})-(\d{2})-(\d{2})$/);
      if (day) asked.set(name, new Date(Number(day[1]), Number(day[2]) - 1, Number(day[3]) + days).toISOString());
    }
    if (asked.has("min_confidence")) asked.set("min_confidence", String(Number(asked.get("min_confidence")) / 100));
    return asked;
  }

  get cursor() { return this.trail.at(-1) ?? null; }
}

const address = (values) => (values.size > 0 ? `/history?${values}` : "/history");
