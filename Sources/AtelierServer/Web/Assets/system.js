// How the service is doing, asked again every few seconds while somebody looks.

import { call, currentSession, patiently, Refusal } from "./client.js";
import { byID } from "./dom.js";
import "./shell.js";
import { language, word } from "./words.js";

const interval = 5000;
let readiness = null;
let metrics = null;

async function load() {
  try {
    readiness = await (await call("/health/ready")).json();
  } catch (error) {
    if (!(error instanceof Refusal) || error.status !== 503) throw error;
    readiness = error.body;
  }
  if (currentSession().key.role !== "predict") metrics = parse(await (await call("/metrics")).text());
  show();
}

/** Samples without labels, by name (Prometheus text format). */
function parse(text) {
  return Object.fromEntries([...text.matchAll(/^(\w+) (\S+)$/gm)].map(([, name, value]) => [name, Number(value)]));
}

const number = (value) => new Intl.NumberFormat(language()).format(value);

function duration(seconds) {
  const parts = [["day", 86400], ["hour", 3600], ["minute", 60], ["second", 1]];
  const first = parts.findIndex(([, size]) => seconds >= size);
  return parts.slice(Math.max(first, 0), Math.max(first, 0) + 2).map(([unit, size], index) => {
    const amount = Math.floor((index === 0 ? seconds : seconds % parts[Math.max(first, 0)][1]) / size);
    return new Intl.NumberFormat(language(), { style: "unit", unit, unitDisplay: "long" }).format(amount);
  }).join(" ");
}

function show() {
  const service = currentSession()?.service;
  const status = readiness?.status ?? "not ready";
  byID("state").dataset.status = status;
  byID("state-text").textContent = word(`system.${status.replace(" ", "_")}`);
  byID("database").textContent = word(`system.${(readiness?.database ?? "not ready").replace(" ", "_")}`);
  byID("engines").textContent = readiness?.engines.join(", ") ?? "–";
  if (service) {
    byID("program").textContent = service.version;
    byID("model").textContent = service.model_version;
    const api = `${location.protocol}//${location.hostname}:${service.api_port}`;
    byID("api").textContent = `${api.split("//")[1]}/docs`;
    byID("api").href = `${api}/docs`;
  }
  if (!metrics) return;
  byID("waiting").textContent = word("system.of", {
    count: number(metrics.atelier_queue_depth), limit: number(metrics.atelier_queue_limit),
  });
  byID("in-flight").textContent = number(metrics.atelier_requests_in_flight);
  byID("connections").textContent = number(metrics.atelier_connections);
  byID("uptime").textContent = duration(Math.floor(metrics.atelier_uptime_seconds));
}

document.addEventListener("languagechange", show);

async function follow() {
  if (!document.hidden) await patiently(load, () => {});
  setTimeout(follow, interval);
}
follow();
