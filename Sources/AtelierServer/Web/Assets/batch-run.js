// Sends many pictures, some with each request, and gathers what comes back, line by line. When the
// service goes away, what is done stays, and the rest can be sent later.

import { pathOf, requestsOf } from "./batch-files.js";
import { call, currentSession, patiently, Refusal, Silence } from "./client.js";

/** Why the run stopped before its end. */
class Interruption extends Error {
  constructor(code, refusal = null) {
    super(code);
    this.code = code;
    this.refusal = refusal;
  }
}

/** A picture that failed so is none the better for being sent again. */
const ownFault = [400, 413, 415];
/** The service could not go on; the pictures can. */
const notTheirFault = ["overloaded", "storage_unavailable", "engine_unavailable", "deadline_exceeded"];

export class BatchRun {
  /** `choice` says how to classify; `onChange` is told of each change. */
  constructor(choice, onChange) {
    Object.assign(this, { choice, onChange });
    // All its requests share a name, by which the history finds their pictures.
    this.id = `batch-${Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
    this.rows = [];
    this.parts = [];
    this.state = { kind: "idle" };
    this.counts = { classified: 0, unsure: 0, failed: 0 };
    this.sent = 0;
  }

  get isRunning() { return ["reading", "sending", "waiting"].includes(this.state.kind); }
  get hasRest() { return this.parts.some((part) => !part.isDone); }
  get bytes() { return this.parts.reduce((sum, part) => sum + part.bytes, 0); }

  /** How many pictures there are; `null` while an archive may have more. */
  get total() {
    if (this.parts.some((part) => part.isArchive && !part.isDone)) return null;
    return this.rows.length + this.parts.reduce((sum, part) => sum + (part.isDone ? 0 : part.files.length - part.done), 0);
  }

  /** Adds files, and sends them. */
  async add(files) {
    const service = currentSession()?.service;
    if (!this.isRunning) this.set({ kind: "reading" });
    const { parts, refused } = await requestsOf(files, {
      pictureLimit: service?.body_limit ?? Infinity, uploadLimit: service?.upload_limit ?? Infinity,
    });
    for (const { file, code } of refused) this.addRow(file, { error: { code } });
    this.parts.push(...parts.map((part) => ({ ...part, done: 0, sent: 0 })));
    if (!this.controller) await this.goOn();
  }

  /** Sends what is left. */
  async goOn() {
    if (this.controller) return;
    const controller = new AbortController();
    this.controller = controller;
    try {
      for (let part; (part = this.parts.find(({ isDone }) => !isDone));) await this.finish(part);
      this.set({ kind: "done" });
    } catch (error) {
      if (controller.signal.aborted) this.set({ kind: "cancelled" });
      else if (error instanceof Interruption) this.set({ kind: "interrupted", code: error.code, refusal: error.refusal });
      else throw error;
    } finally {
      this.controller = null;
      this.onChange(this);
    }
  }

  cancel() { this.controller?.abort(); }

  async finish(part) {
    this.set({ kind: "sending" });
    const { signal } = this.controller;
    const cancelled = new Promise((resolve, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    });
    const onWait = (reason, seconds) => {
      if (!signal.aborted) this.set(reason ? { kind: "waiting", reason, seconds } : { kind: "sending" });
    };
    try {
      // Nobody has to wait for a wait to end.
      await Promise.race([patiently(() => this.send(part, signal), onWait), cancelled]);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (!ownFault.includes(error.status)) throw new Interruption(error.code, error);
      for (const file of part.files.slice(part.done)) {
        this.addRow(file, { error: { code: error.code, message: error.message } });
        part.done += 1;
      }
    }
    part.isDone = true;
    this.noteSent(part);
  }

  async send(part, signal) {
    const files = await this.readable(part);
    if (files.length === 0) return;
    const body = new FormData();
    for (const { file, content } of files) body.append("file", content, pathOf(file));
    let response;
    try {
      response = await call(`/predict-batch?${this.query(part)}`, {
        method: "POST", body, signal, headers: { Accept: "application/x-ndjson", "X-Request-ID": this.id },
      });
    } catch (error) {
      throw error instanceof Silence ? new Interruption("connection") : error;
    }
    // The service answers once it has everything.
    this.noteSent(part);
    const isWhole = await this.read(response, part, files.map(({ file }) => file), signal);
    if (!isWhole) throw new Interruption("connection");
  }

  query(part) {
    const { engine, preprocess } = this.choice();
    const values = new URLSearchParams({ engine: engine.engine, preprocess });
    if (part.isArchive && part.done > 0) values.set("skip", part.done);
    return values;
  }

  /** The files of a part that are not done, read before they are sent: one that is gone is not the network's fault. */
  async readable(part) {
    const files = part.isArchive ? part.files : part.files.slice(part.done);
    const contents = await Promise.all(files.map(async (file) => {
      try {
        return part.isArchive ? (await file.slice(0, 1).arrayBuffer(), file) : new Blob([await file.arrayBuffer()], { type: file.type });
      } catch {
        return null;
      }
    }));
    const gone = files.filter((file, index) => contents[index] === null);
    for (const file of gone) this.addRow(file, { error: { code: "unreadable_file" } });
    part.files = part.files.filter((file) => !gone.includes(file));
    return files.map((file, index) => ({ file, content: contents[index] })).filter(({ content }) => content);
  }

  /** Reads the lines of an answer; `false` when it was cut off. */
  async read(response, part, files, signal) {
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    let isWhole = false;
    let index = 0;
    try {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) break;
        const lines = (text + value).split("\n");
        text = lines.pop();
        for (const line of lines.map(JSON.parse)) {
          if (line.totals) { isWhole = true; continue; }
          if (notTheirFault.includes(line.error?.code)) throw new Interruption(line.error.code);
          part.done += 1;
          this.addRow(part.isArchive ? null : files[index], line);
          index += 1;
        }
        this.onChange(this);
      }
    } catch (error) {
      if (signal.aborted || error instanceof Interruption) throw error;
      return false;
    } finally {
      reader.cancel().catch(() => {});
    }
    return isWhole;
  }

  addRow(file, line) {
    this.rows.push({ ...line, number: this.rows.length, file, name: line.filename || (file ? pathOf(file) : "") });
    if (line.error) this.counts.failed += 1; else this.counts.classified += 1;
    if (line.uncertain) this.counts.unsure += 1;
  }

  noteSent(part) {
    this.sent += part.bytes - part.sent;
    part.sent = part.bytes;
    this.onChange(this);
  }

  set(state) {
    this.state = state;
    this.onChange(this);
  }
}
