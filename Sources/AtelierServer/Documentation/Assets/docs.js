"use strict";

// Shows openapi.json and sends the requests it describes. Text from outside only ever becomes text.

const keyStorage = "atelier-api-key";
const keyField = document.getElementById("key");
keyField.value = sessionStorage.getItem(keyStorage) ?? "";
keyField.addEventListener("input", () => sessionStorage.setItem(keyStorage, keyField.value));

/** Makes an element with properties and children; absent children are left out. */
function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return made;
}

/** Follows a reference inside the document. */
function resolve(specification, value) {
  if (!value?.$ref) return value;
  return value.$ref.slice(2).split("/").reduce((place, name) => place[name], specification);
}

/** An example of a schema, for bodies that have none of their own. */
function example(specification, schema) {
  const shape = resolve(specification, schema) ?? {};
  if ("const" in shape) return shape.const;
  if (shape.enum) return shape.enum[0];
  switch (shape.type) {
    case "object":
      return Object.fromEntries(
        Object.entries(shape.properties ?? {}).map(([name, value]) => [name, example(specification, value)]));
    case "array": return shape.items ? [example(specification, shape.items)] : [];
    case "integer": case "number": return shape.minimum ?? 0;
    case "boolean": return false;
    default: return "text";
  }
}

function fieldFor(parameter) {
  const { schema } = parameter;
  const label = `${parameter.name} (${parameter.in})`;
  if (schema.enum) {
    return element("select", { ariaLabel: label },
      element("option", { value: "", textContent: `default: ${schema.default ?? "none"}` }),
      schema.enum.map((value) => element("option", { value, textContent: value })));
  }
  const field = element("input", { ariaLabel: label, placeholder: `${schema.default ?? parameter.example ?? ""}` });
  if (schema.type === "integer") {
    field.type = "number";
    field.min = schema.minimum ?? "";
    field.max = schema.maximum ?? "";
  }
  return field;
}

function quoted(text) {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** The request as a command for a shell; the key is not written out. */
function command(method, url, headers, filename) {
  const parts = ["curl"];
  if (method !== "get") parts.push("--request", method.toUpperCase());
  for (const [name, value] of Object.entries(headers)) {
    parts.push("--header", name === "X-API-Key" ? `"X-API-Key: $ATELIER_KEY"` : quoted(`${name}: ${value}`));
  }
  if (filename) parts.push("--form", quoted(`file=@${filename}`));
  return [...parts, quoted(url)].join(" ");
}

function pretty(text, type) {
  if (!type.includes("json")) return text;
  try { return JSON.stringify(JSON.parse(text), null, 2); } catch { return text; }
}

/** The part of an operation that sends it. */
function trial(specification, path, method, operation, fields) {
  const takesFile = operation.requestBody !== undefined;
  const file = takesFile ? element("input", { type: "file", accept: "image/png,image/jpeg,image/webp", ariaLabel: "picture" }) : null;
  const preview = element("img", { alt: "", hidden: true });
  const send = element("button", { type: "button", textContent: "Send", disabled: takesFile });
  const status = element("span", { role: "status" });
  const answer = element("div");
  file?.addEventListener("change", () => {
    send.disabled = file.files.length === 0;
    URL.revokeObjectURL(preview.src);
    preview.hidden = send.disabled;
    if (!send.disabled) preview.src = URL.createObjectURL(file.files[0]);
  });
  send.addEventListener("click", async () => {
    const url = new URL(path.slice(1), document.baseURI);
    const headers = {};
    if (operation.security?.length !== 0 && keyField.value) headers["X-API-Key"] = keyField.value;
    for (const [parameter, field] of fields) {
      if (field.value === "") continue;
      if (parameter.in === "query") url.searchParams.set(parameter.name, field.value);
      if (parameter.in === "header") headers[parameter.name] = field.value;
    }
    let body;
    if (takesFile) {
      body = new FormData();
      body.append("file", file.files[0]);
    }
    send.disabled = true;
    status.className = "";
    status.textContent = "sending";
    const start = performance.now();
    try {
      const response = await fetch(url, { method: method.toUpperCase(), headers, body });
      const text = await response.text();
      const time = performance.now() - start;
      status.className = response.ok ? "good" : "bad";
      status.textContent = `${response.status} ${response.statusText} in ${time.toFixed(1)} ms`;
      const type = response.headers.get("Content-Type") ?? "";
      answer.replaceChildren(
        element("h3", { textContent: "Answer" }),
        element("pre", { className: "wrap", textContent: pretty(text, type) }),
        element("h3", { textContent: "Headers" }),
        element("pre", { className: "wrap", textContent: [...response.headers].map(([name, value]) => `${name}: ${value}`).join("\n") }),
        element("h3", { textContent: "Command" }),
        element("pre", { className: "wrap", textContent: command(method, url.href, headers, takesFile ? file.files[0].name : null) }));
    } catch {
      status.className = "bad";
      status.textContent = "the service did not answer";
      answer.replaceChildren();
    } finally {
      send.disabled = false;
    }
  });
  return [element("div", { className: "send" }, file, preview, send, status), answer];
}

function responses(specification, operation) {
  return element("div", { className: "responses" },
    Object.entries(operation.responses).map(([status, reference]) => {
      const response = resolve(specification, reference);
      const [type, content] = Object.entries(response.content ?? {})[0] ?? [];
      const isJSON = type === "application/json";
      const body = content?.example ?? (isJSON ? example(specification, content.schema) : null);
      return element("details", {},
        element("summary", {},
          element("code", { className: status < 400 ? "good" : "bad", textContent: status }),
          ` ${response.description}`),
        body === null ? null : element("pre", { textContent: JSON.stringify(body, null, 2) }));
    }));
}

function section(specification, path, method, operation) {
  const parameters = (operation.parameters ?? []).map((parameter) => resolve(specification, parameter));
  const fields = parameters.map((parameter) => [parameter, fieldFor(parameter)]);
  return element("details", { className: "operation", id: operation.operationId },
    element("summary", {},
      element("span", { className: "method", textContent: method.toUpperCase() }),
      element("span", { className: "path", textContent: path }),
      element("span", { className: "says", textContent: operation.summary })),
    element("div", { className: "content" },
      operation.description ? element("p", { textContent: operation.description }) : null,
      fields.length === 0 ? null : element("table", {},
        fields.map(([parameter, field]) => element("tr", {},
          element("td", {}, element("code", { textContent: parameter.name })),
          element("td", {}, element("p", { textContent: parameter.description ?? "" })),
          element("td", {}, field)))),
      trial(specification, path, method, operation, fields),
      element("h3", { textContent: "Answers" }),
      responses(specification, operation)));
}

async function show() {
  const operations = document.getElementById("operations");
  let specification;
  try {
    specification = await (await fetch("openapi.json")).json();
  } catch {
    operations.replaceChildren(element("p", { className: "bad", textContent: "openapi.json cannot be read" }));
    return;
  }
  document.title = `${specification.info.title} API`;
  document.getElementById("title").textContent = specification.info.title;
  document.getElementById("summary").textContent = specification.info.summary;
  document.getElementById("version").textContent = `version ${specification.info.version}`;
  const all = Object.entries(specification.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })));
  operations.replaceChildren(...specification.tags.flatMap((tag) => [
    element("h2", { textContent: `${tag.name}: ${tag.description}` }),
    ...all.filter(({ operation }) => operation.tags.includes(tag.name))
      .map(({ path, method, operation }) => section(specification, path, method, operation)),
  ]));
  document.getElementById(location.hash.slice(1))?.setAttribute("open", "");
}

show();
