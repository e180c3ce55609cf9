// The same call for people who write programs.

import { currentSession } from "./client.js";
import { byID, closable, copyText } from "./dom.js";
import { word } from "./words.js";

const inShell = (text) => `'${text.replaceAll("'", `'\\''`)}'`;
// A literal of JSON is one of JavaScript and of Python, too.
const literal = (text) => JSON.stringify(text);

const writers = {
  curl(url, name) {
    const file = `file=@"${name.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
    return `curl --header "X-API-Key: $ATELIER_KEY" \\\n  --form ${inShell(file)} \\\n  ${inShell(url)}`;
  },
  python(url, name) {
    return [
      "import os, requests", "",
      `with open(${literal(name)}, "rb") as picture:`,
      "    answer = requests.post(",
      `        ${literal(url)},`,
      '        headers={"X-API-Key": os.environ["ATELIER_KEY"]},',
      '        files={"file": picture}, timeout=30)',
      "answer.raise_for_status()",
      "print(answer.json())",
    ].join("\n");
  },
  javascript(url, name) {
    return [
      'import { openAsBlob } from "node:fs";', "",
      "const form = new FormData();",
      `form.append("file", await openAsBlob(${literal(name)}), ${literal(name)});`,
      `const answer = await fetch(${literal(url)}, {`,
      '  method: "POST", headers: { "X-API-Key": process.env.ATELIER_KEY }, body: form,',
      "});",
      "if (!answer.ok) throw new Error(await answer.text());",
      "console.log(await answer.json());",
    ].join("\n");
  },
};

let shown = { url: "", name: "" };
let language = "curl";
const dialog = closable(byID("code"));
const tabs = [...dialog.querySelectorAll("[role=tab]")];

function show() {
  for (const tab of tabs) {
    const isChosen = tab.dataset.language === language;
    tab.ariaSelected = String(isChosen);
    tab.tabIndex = isChosen ? 0 : -1;
  }
  byID("code-text").textContent = writers[language](shown.url, shown.name);
  byID("code-text").setAttribute("aria-labelledby", `tab-${language}`);
  byID("copied").textContent = "";
}

/** Shows the call that classifies a file with a route of the API. */
export function showCode(path, name) {
  const port = currentSession()?.service.api_port;
  const origin = port ? `${location.protocol}//${location.hostname}:${port}` : location.origin;
  shown = { url: `${origin}${path}`, name };
  show();
  dialog.showModal();
}

for (const [index, tab] of tabs.entries()) {
  tab.addEventListener("click", () => { language = tab.dataset.language; show(); });
  tab.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const neighbour = tabs[(index + step + tabs.length) % tabs.length];
    neighbour.focus();
    neighbour.click();
  });
}

byID("copy").addEventListener("click", async () => {
  const isCopied = await copyText(byID("code-text").textContent);
  if (!isCopied) getSelection().selectAllChildren(byID("code-text"));
  byID("copied").textContent = word(isCopied ? "code.copied" : "code.selected");
});
