// The engine and the preparation that people choose; the engine is remembered.

import { currentSession } from "./client.js";
import { byID, element } from "./dom.js";

const before = [{ name: "PyTorch", path: "/predict" }];
const field = byID("engine");

/** How to classify now: `{ engine: { name, engine, path }, preprocess }`. */
export function choice() {
  const engines = currentSession()?.service.engines ?? before;
  return {
    engine: engines.find((engine) => engine.path === field.value) ?? engines[0],
    preprocess: byID("preprocess").value,
  };
}

function show() {
  const engines = currentSession()?.service.engines ?? [];
  const wanted = field.value || localStorage.getItem("atelier-engine");
  field.replaceChildren(...engines.map(({ name, path }) => element("option", { value: path, textContent: name })));
  if (engines.some((engine) => engine.path === wanted)) field.value = wanted;
}

field.addEventListener("change", () => localStorage.setItem("atelier-engine", field.value));
document.addEventListener("session", show);
if (currentSession()) show();
