// The page that classifies pictures.

import { currentSession } from "./client.js";
import { byID } from "./dom.js";
import { choice } from "./engine-choice.js";
import { acceptDrops } from "./file-drop.js";
import { PictureCard } from "./picture-card.js";
import "./shell.js";
import { className, isStandard, percent, say, word } from "./words.js";

const cards = [];

/** What the page says of garments is true of models of garments only. */
function showClasses() {
  const session = currentSession();
  if (!session) return;
  const isUsual = isStandard(session.service.classes);
  say(byID("lead"), isUsual ? "classify.lead" : "classify.lead_other");
  byID("example-gallery").hidden = !isUsual;
}

document.addEventListener("session", showClasses);

function tally() {
  const settled = cards.filter((card) => card.isSettled).length;
  byID("empty").hidden = cards.length > 0;
  byID("clear").hidden = cards.length === 0;
  byID("tally").textContent = cards.length > 1 ? word("results.tally", { settled, total: cards.length }) : "";
}

function announce(card) {
  const { kind, answer, name } = card.state;
  if (kind === "failed") byID("announcer").textContent = `${card.name}: ${word(`mend.${name}`)}`;
  if (kind !== "done") return;
  const said = answer.garment ? `${className(answer.class)} ${percent(answer.confidence)}` : word("card.no_garment");
  byID("announcer").textContent = `${card.name}: ${said}`;
}

function add(files) {
  const isFirst = cards.length === 0;
  // The newest come first, in the order they were given.
  const made = [...files].map((file) => new PictureCard(file, choice, {
    onChange: (card) => { tally(); announce(card); },
    onRemove: (card) => { cards.splice(cards.indexOf(card), 1); tally(); },
  }));
  cards.unshift(...made);
  byID("cards").prepend(...made.map((card) => card.element));
  tally();
  if (isFirst && made.length > 0 && matchMedia("(max-width: 62rem)").matches) {
    byID("results-title").scrollIntoView({ block: "start" });
  }
}

for (const [button, field] of [["choose", "files"], ["photograph", "camera"]]) {
  byID(button).addEventListener("click", () => byID(field).click());
  byID(field).addEventListener("change", ({ target }) => {
    add(target.files);
    target.value = "";
  });
}

acceptDrops(byID("drop"), ({ files }) => add(files));

document.addEventListener("paste", (event) => {
  const files = [...(event.clipboardData?.files ?? [])];
  if (files.length === 0) return;
  event.preventDefault();
  add(files);
});

for (const button of byID("examples").querySelectorAll("[data-example]")) {
  button.addEventListener("click", async () => {
    const response = await fetch(button.querySelector("img").src);
    const name = `test-${button.dataset.example}.png`;
    add([new File([await response.blob()], name, { type: "image/png" })]);
  });
}

byID("clear").addEventListener("click", () => {
  for (const card of [...cards]) card.remove();
  byID("choose").focus();
});

document.addEventListener("languagechange", () => {
  for (const card of cards) card.changeLanguage();
  tally();
});
addEventListener("beforeunload", (event) => {
  if (cards.some((card) => !card.isSettled)) event.preventDefault();
});
