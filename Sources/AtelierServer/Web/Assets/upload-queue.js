// Sends pictures a few at a time, in the order they came.

const parallel = 2;
const waiting = [];
let running = 0;

/** Runs a task when it is its turn; tasks do not fail. */
export function enqueue(task) {
  waiting.push(task);
  next();
}

async function next() {
  if (running >= parallel || waiting.length === 0) return;
  running += 1;
  try {
    await waiting.shift()();
  } finally {
    running -= 1;
    next();
  }
}
