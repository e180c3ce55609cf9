// Files that are dropped anywhere on a page.

const hasFiles = (event) => event.dataTransfer?.types.includes("Files");

/** Takes dropped files; `zone` is marked while some hover. `onDrop` is told what was dropped. */
export function acceptDrops(zone, onDrop) {
  let depth = 0;
  const enter = (step) => {
    depth += step;
    zone.classList.toggle("over", depth > 0);
  };
  document.addEventListener("dragenter", (event) => { if (hasFiles(event)) enter(1); });
  document.addEventListener("dragleave", (event) => { if (hasFiles(event)) enter(-1); });
  document.addEventListener("dragover", (event) => { if (hasFiles(event)) event.preventDefault(); });
  document.addEventListener("drop", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    enter(-depth);
    onDrop(event.dataTransfer);
  });
}
