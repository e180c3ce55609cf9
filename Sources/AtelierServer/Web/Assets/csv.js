// Comma-separated values as the service writes them: RFC 4180 in UTF-8 with a byte order mark, and no
// text that a spreadsheet takes for a formula (OWASP, CSV Injection).

const formula = /^[=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20]/;

function cell(value) {
  if (typeof value !== "string") return String(value ?? "");
  const text = formula.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** The lines of a header and of rows of values. */
export const csv = (header, rows) =>
  `\uFEFF${[header, ...rows].map((row) => `${row.map(cell).join(",")}\r\n`).join("")}`;

/** Saves a text under a name. */
export function save(text, type, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  // The browser has taken it by then.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
