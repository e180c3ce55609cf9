// Talks to the service: the session, and calls that outlast a busy or absent server.

/** An answer that says no. */
export class Refusal extends Error {
  constructor(status, body, retryAfter) {
    super(body?.error?.message ?? "");
    this.status = status;
    this.body = body;
    this.code = body?.error?.code ?? "";
    this.requestID = body?.error?.request_id ?? "";
    this.retryAfter = retryAfter;
  }
}

/** No answer at all. */
export class Silence extends Error {}

let session = null;

/** Who is signed in, and what the service offers; `null` before it is known. */
export const currentSession = () => session;

async function send(path, options = {}) {
  let response;
  try {
    response = await fetch(path, { cache: "no-store", credentials: "same-origin", ...options });
  } catch (error) {
    if (options.signal?.aborted) throw error;
    throw new Silence();
  }
  if (response.ok) return response;
  const body = await response.json().catch(() => null);
  throw new Refusal(response.status, body, Number(response.headers.get("Retry-After")) || null);
}

const signedInMark = "atelier-signed-in";

/** Whether this browser was signed in, as far as is known without asking. */
export const wasSignedIn = () => localStorage.getItem(signedInMark) !== null;

function remember(answer) {
  session = answer;
  localStorage.setItem(signedInMark, "");
  document.dispatchEvent(new CustomEvent("session"));
}

/** Asks who is signed in. */
export async function loadSession() {
  try {
    remember(await (await send("/session")).json());
  } catch (error) {
    if (error instanceof Refusal) localStorage.removeItem(signedInMark);
    throw error;
  }
}

/** Signs in with `{ key }` or with the `{ token }` of a link. */
export async function signIn(credentials) {
  const response = await send("/session", {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(credentials),
  });
  remember(await response.json());
  settleSignIn();
}

export async function signOut() {
  await send("/session", { method: "DELETE", headers: { "X-CSRF-Token": session?.csrf_token ?? "" } });
  localStorage.removeItem(signedInMark);
}

/** Calls the API in the name of who is signed in. */
export async function call(path, options = {}) {
  if (!session) await loadSession();
  const headers = { ...options.headers };
  if (options.method && options.method !== "GET") headers["X-CSRF-Token"] = session.csrf_token;
  try {
    return await send(`/api${path}`, { ...options, headers });
  } catch (error) {
    // Another tab may have signed in again, which changes the token.
    if (!(error instanceof Refusal) || error.status !== 403) throw error;
    const before = session.csrf_token;
    await loadSession();
    if (session.csrf_token === before) throw error;
    headers["X-CSRF-Token"] = session.csrf_token;
    return send(`/api${path}`, { ...options, headers });
  }
}

const pause = (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

let reconnection = null;

/** Asks until the service answers; all who wait share the asking. Fires `connection` on a change. */
export function reconnected() {
  reconnection ??= (async () => {
    document.dispatchEvent(new CustomEvent("connection", { detail: false }));
    for (let wait = 1; ; wait = Math.min(wait * 1.5, 8)) {
      try {
        await send("/api/health/ready");
        break;
      } catch {
        await pause(wait);
      }
    }
    reconnection = null;
    document.dispatchEvent(new CustomEvent("connection", { detail: true }));
  })();
  return reconnection;
}

let signInWait = null;

/** Waits until somebody has signed in again; fires `signedout` for the page to ask. */
export function signedIn() {
  if (!signInWait) {
    signInWait = {};
    signInWait.promise = new Promise((resolve) => { signInWait.resolve = resolve; });
    document.dispatchEvent(new CustomEvent("signedout"));
  }
  return signInWait.promise;
}

function settleSignIn() {
  signInWait?.resolve();
  signInWait = null;
}

const busyAttempts = 6;

/**
 * Calls until there is an answer: waits while the server is away or busy, or nobody is signed in.
 *
 * `onWait` is told why: `connection`, `sign-in`, or `rate` or `busy` with the seconds left, and `null`
 * when the call goes on. Other refusals are thrown. So is silence where the call must not be repeated: the
 * service may have done what was asked although its answer was lost.
 */
export async function patiently(action, onWait, { isRepeatable = true } = {}) {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await action();
    } catch (error) {
      if (error instanceof Silence && isRepeatable) {
        onWait("connection");
        await reconnected();
      } else if (error instanceof Refusal && error.status === 401) {
        onWait("sign-in");
        await signedIn();
      } else if (canWait(error, attempt)) {
        for (let left = error.retryAfter ?? 2; left > 0; left -= 1) {
          onWait(error.status === 429 ? "rate" : "busy", left);
          await pause(Math.min(left, 1));
        }
      } else {
        throw error;
      }
      onWait(null);
    }
  }
}

/** A limit of rate passes by itself; a busy service may not, and an engine that is not loaded will not. */
function canWait(error, attempt) {
  if (!(error instanceof Refusal)) return false;
  if (error.status === 429) return true;
  return error.status === 503 && error.code !== "engine_unavailable" && attempt < busyAttempts;
}
