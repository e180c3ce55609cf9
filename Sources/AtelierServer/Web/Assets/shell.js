// What all pages share: language, theme, account, and the notice that something is amiss.

import { currentSession, loadSession, patiently, Refusal, signIn, signOut, Silence } from "./client.js";
import { byID, closable } from "./dom.js";
import { changeLanguage, language, word } from "./words.js";

const root = document.documentElement;

function setUpLanguage() {
  const button = byID("language");
  button.addEventListener("click", async () => {
    await changeLanguage(button.lang);
    button.lang = word("frame.other_language_tag");
  });
}

function setUpTheme() {
  const button = byID("theme");
  const prefersDark = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (root.dataset.theme === "auto" ? prefersDark.matches : root.dataset.theme === "dark");
  const show = () => { button.ariaPressed = String(isDark()); };
  button.addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    document.cookie = `atelier_theme=${root.dataset.theme}; Path=/; Max-Age=31536000; SameSite=Strict`;
    show();
  });
  prefersDark.addEventListener("change", show);
  show();
}

function showAccount() {
  const session = currentSession();
  if (!session) return;
  byID("account-name").textContent = session.key.name;
  byID("account-role").textContent = word(`role.${session.key.role}`);
  const date = new Date(session.expires).toLocaleDateString(language(), { dateStyle: "long" });
  byID("account-expires").textContent = word("frame.expires", { date });
}

/** What the key may not do is not offered, also after somebody else has signed in. */
function showRole() {
  document.body.dataset.role = currentSession().key.role;
}

/** The menu of pages belongs to narrow screens. */
function setUpMenu() {
  matchMedia("(min-width: 62.01rem)").addEventListener("change", () => byID("pages").hidePopover());
}

let notices = {};

/** Shows or takes away a notice; those of more weight come first. */
function notice(kind, isShown, action = null) {
  if (isShown) notices[kind] = action; else delete notices[kind];
  const shown = ["offline", "connection", "sign-in"].find((name) => name in notices);
  byID("notice").hidden = !shown;
  byID("notice-text").textContent = shown ? word(`notice.${shown}`) : "";
  const button = byID("notice-action");
  button.hidden = !notices[shown];
  button.textContent = word("sign-in.submit");
  button.onclick = notices[shown] ?? null;
}

function setUpNotices() {
  document.addEventListener("connection", ({ detail }) => notice("connection", !detail));
  addEventListener("offline", () => notice("offline", true));
  addEventListener("online", () => notice("offline", false));
  const dialog = closable(byID("sign-in-again"));
  const ask = () => { if (!dialog.open) dialog.showModal(); };
  document.addEventListener("signedout", () => {
    notice("sign-in", true, ask);
    ask();
  });
  document.addEventListener("session", () => notice("sign-in", false));
  document.addEventListener("languagechange", () => notice("none", false));
  handleSignIn(dialog.querySelector("form"), () => dialog.close());
}

/** Lets a form sign in with the key in its only field. */
export function handleSignIn(form, onDone) {
  const field = form.elements.key;
  const problem = form.querySelector(".problem");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const submit = form.querySelector("[type=submit]");
    submit.disabled = true;
    problem.textContent = "";
    try {
      await signIn({ key: field.value.trim() });
      field.value = "";
      field.removeAttribute("aria-invalid");
      onDone();
    } catch (error) {
      problem.textContent = signInProblem(error);
      field.setAttribute("aria-invalid", "true");
      field.focus();
      field.select();
    } finally {
      submit.disabled = false;
    }
  });
}

/** Why signing in failed, in a sentence. */
export function signInProblem(error) {
  if (error instanceof Silence) return word("sign-in.silence");
  if (!(error instanceof Refusal)) throw error;
  if (error.status === 429) return word("sign-in.slow", { seconds: error.retryAfter ?? 60 });
  if (error.status === 401) return word("sign-in.wrong");
  return word("error.other", { message: error.message });
}

setUpLanguage();
setUpTheme();
setUpMenu();
for (const link of document.querySelectorAll("nav [data-for]")) {
  if (link.dataset.for === document.body.dataset.page) link.setAttribute("aria-current", "page");
}
document.addEventListener("session", showAccount);
document.addEventListener("languagechange", showAccount);

if (document.body.dataset.role !== "") {
  setUpNotices();
  document.addEventListener("session", showRole);
  byID("sign-out").addEventListener("click", async () => {
    try {
      await signOut();
      location.assign("/sign-in");
    } catch (error) {
      byID("account-expires").textContent = signInProblem(error);
    }
  });
  patiently(loadSession, () => {});
}
