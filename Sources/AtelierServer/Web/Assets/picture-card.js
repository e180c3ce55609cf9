// One picture: what it is, what the model saw, what it said, or why it said nothing.

import { answerParts } from "./answer.js";
import { call, currentSession, patiently, Refusal } from "./client.js";
import { comparisonTable } from "./comparison.js";
import { correctionForm } from "./correction.js";
import { copyText, element } from "./dom.js";
import { failureName, failureSentences } from "./failures.js";
import { showCode } from "./snippets.js";
import { enqueue } from "./upload-queue.js";
import { className, amountOfBytes, word } from "./words.js";

const side = 28;

export class PictureCard {
  /**
   * `choice` says how to classify now: `{ engine: { name, path }, preprocess }`. `onChange` is told of
   * each change, `onRemove` that the card should go.
   */
  constructor(file, choice, { onChange, onRemove }) {
    Object.assign(this, { file, choice, onChange, onRemove });
    this.name = file.name;
    this.state = { kind: "waiting" };
    this.comparison = null;
    this.build();
    this.classify();
  }

  get isSettled() { return ["done", "failed"].includes(this.state.kind); }

  /** Sends the picture, with the engine that is chosen now. */
  classify() {
    this.correction = null;
    this.chosen = this.choice();
    this.set({ kind: "waiting" });
    enqueue(() => this.send());
  }

  async send() {
    if (this.isRemoved) return;
    try {
      await this.read();
      this.set({ kind: "sending" });
      const route = this.path(this.chosen.engine.path, "include=tensor");
      const answer = await patiently(async () => (await call(route, this.form())).json(),
        (reason, seconds) => this.set(reason ? { kind: "paused", reason, seconds } : { kind: "sending" }));
      this.set({ kind: "done", answer });
    } catch (error) {
      this.set({ kind: "failed", ...this.problem(error) });
    }
  }

  /** Reads the file once, so that a missing file is not taken for a missing network. */
  async read() {
    if (this.bytes) return;
    const limit = currentSession()?.service.body_limit ?? Infinity;
    if (this.file.size > limit) throw new Refusal(413, { error: { code: "file_too_large" } });
    try {
      this.bytes = new Blob([await this.file.arrayBuffer()], { type: this.file.type });
    } catch {
      throw new Refusal(400, { error: { code: "unreadable_file" } });
    }
  }

  path(route, more = "") {
    const { preprocess } = this.chosen;
    const query = [preprocess === "auto" ? "" : `preprocess=${preprocess}`, more].filter(Boolean).join("&");
    return query ? `${route}?${query}` : route;
  }

  form() {
    const body = new FormData();
    body.append("file", this.bytes, this.name);
    return { method: "POST", body };
  }

  problem(error) {
    if (!(error instanceof Refusal)) throw error;
    const name = failureName(error.code);
    return { name, canRetry: !["file_too_large", "too_large", "unsupported_type", "invalid_picture"].includes(name), error };
  }

  async compare() {
    this.comparison = { kind: "sending" };
    this.render();
    try {
      const answer = await patiently(async () => (await call(this.path("/predict-benchmark"), this.form())).json(),
        (reason, seconds) => { this.comparison = reason ? { kind: "paused", reason, seconds } : { kind: "sending" }; this.render(); });
      this.comparison = { kind: "done", answer };
    } catch (error) {
      this.comparison = { kind: "failed", ...this.problem(error) };
    }
    this.render();
    this.element.querySelector(".comparison")?.scrollIntoView({ block: "nearest" });
  }

  /** Asks what the picture really shows. */
  correct() {
    this.correction = this.correctionForm();
    this.render();
    this.correction.querySelector("select").focus();
  }

  correctionForm() {
    return correctionForm(this.state.answer, (name) => {
      this.label = name;
      this.correction = null;
      this.render();
      this.actions.querySelector("[data-action=correct]")?.focus();
    });
  }

  changeLanguage() {
    if (this.correction) this.correction = this.correctionForm();
    this.render();
  }

  async share(button) {
    const address = `${location.origin}/stored/${this.state.answer.id}`;
    if (await copyText(address)) button.textContent = word("card.shared");
    else prompt(word("card.share"), address);
  }

  set(state) {
    this.state = state;
    this.render();
    this.onChange(this);
  }

  build() {
    this.preview = element("img", { className: "preview", alt: word("card.preview", { name: this.name }), width: 144, height: 144, decoding: "async" });
    this.url = URL.createObjectURL(this.file);
    this.preview.src = this.url;
    this.preview.addEventListener("error", () => this.preview.classList.add("broken"));
    this.seen = element("canvas", { className: "seen", width: side, height: side, role: "img", hidden: true });
    this.seenNote = element("figcaption", {});
    this.originalNote = element("figcaption", {});
    this.title = element("h3", {});
    this.answer = element("div", { className: "answer" });
    this.actions = element("div", { className: "row actions" });
    this.extra = element("div", { className: "extra" });
    this.element = element("li", { className: "card picture" },
      element("div", { className: "views" },
        element("figure", {}, this.preview, this.originalNote),
        element("figure", {}, element("div", { className: "seen-place" }, this.seen), this.seenNote)),
      element("div", { className: "says" }, this.title, this.answer), this.actions, this.extra);
  }

  remove() {
    this.isRemoved = true;
    URL.revokeObjectURL(this.url);
    this.element.remove();
    this.onRemove(this);
  }

  render() {
    const { kind } = this.state;
    this.element.dataset.state = kind;
    this.element.setAttribute("aria-busy", String(!this.isSettled));
    this.title.textContent = this.name;
    this.preview.alt = word("card.preview", { name: this.name });
    this.originalNote.textContent = word("card.original");
    this.seenNote.textContent = word("card.seen");
    this.seen.ariaLabel = word("card.seen_label", { name: this.name });
    this.answer.replaceChildren(...this.content());
    this.renderActions();
    this.renderComparison();
    if (kind === "done") this.draw(this.state.answer.tensor);
  }

  content() {
    const { kind } = this.state;
    if (kind === "done") {
      return [...answerParts(this.state.answer), this.label && element("p", {
        className: "remark thanks", textContent: word("correction.saved", { name: className(this.label) }),
      }), this.correction].filter(Boolean);
    }
    if (kind === "failed") return this.failure(this.state);
    const sentence = kind === "paused"
      ? word(`wait.${this.state.reason}`, { seconds: this.state.seconds })
      : word(`card.${kind}`);
    return [element("p", { className: "progress", textContent: sentence })];
  }

  failure({ name, error }) {
    const limit = amountOfBytes(currentSession()?.service.body_limit ?? 0);
    const values = {
      size: amountOfBytes(this.file.size), limit, message: error.message, id: error.requestID,
      engine: this.chosen?.engine?.name ?? "",
    };
    const { problem, mend } = failureSentences(name, values);
    return [
      element("p", { className: "remark failure" }, element("strong", { textContent: problem })),
      element("p", { textContent: mend }),
    ];
  }

  renderActions() {
    const { kind } = this.state;
    const button = (name, action) => {
      const made = element("button", { type: "button", textContent: word(name), ariaLabel: `${word(name)}: ${this.name}` });
      made.dataset.action = name.split(".")[1];
      made.addEventListener("click", action);
      return made;
    };
    const held = this.actions.contains(document.activeElement) ? document.activeElement.dataset.action : null;
    const service = currentSession()?.service;
    const isComparing = ["sending", "paused"].includes(this.comparison?.kind);
    const compare = kind === "done" && button("card.compare", () => this.compare());
    if (compare) compare.disabled = isComparing;
    this.actions.replaceChildren(...[
      compare,
      kind === "done" && button("card.code", () => showCode(this.path(this.chosen.engine.path), this.name)),
      kind === "done" && service?.offers_labels && button("card.correct", () => this.correct()),
      kind === "done" && service?.offers_stored && button("card.share", (event) => this.share(event.target)),
      kind === "failed" && this.state.canRetry && button("card.retry", () => this.classify()),
      button("card.remove", () => this.remove()),
    ].filter(Boolean));
    if (held) this.actions.querySelector(`[data-action=${held}]`)?.focus();
  }

  renderComparison() {
    const { comparison } = this;
    if (!comparison) return this.extra.replaceChildren();
    if (comparison.kind === "done") return this.extra.replaceChildren(comparisonTable(comparison.answer));
    if (comparison.kind === "failed") return this.extra.replaceChildren(...this.failure(comparison));
    const sentence = comparison.kind === "paused"
      ? word(`wait.${comparison.reason}`, { seconds: comparison.seconds }) : word("comparison.running");
    this.extra.replaceChildren(element("p", { className: "progress", textContent: sentence }));
  }

  draw(tensor) {
    if (this.drawn === tensor) return;
    this.drawn = tensor;
    const context = this.seen.getContext("2d");
    const pixels = context.createImageData(side, side);
    tensor.flat().forEach((level, index) => {
      pixels.data.fill(Math.round(level * 255), index * 4, index * 4 + 3);
      pixels.data[index * 4 + 3] = 255;
    });
    context.putImageData(pixels, 0, 0);
    this.seen.hidden = false;
  }
}
