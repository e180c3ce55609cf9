// The page to sign in on.

import { loadSession, signIn, wasSignedIn } from "./client.js";
import { byID } from "./dom.js";
import { handleSignIn } from "./shell.js";
import { word } from "./words.js";

/** Goes on to the page that was asked for, if it is one of this service. */
function enter() {
  const target = new URL(new URLSearchParams(location.search).get("next") ?? "/", location.origin);
  location.replace(target.origin === location.origin ? target.href : "/");
}

handleSignIn(byID("sign-in-form"), enter);

/** The printed link of the first start has a token, which is used up and leaves the address. */
const token = new URLSearchParams(location.hash.slice(1)).get("token");
if (token) {
  history.replaceState(null, "", location.pathname);
  signIn({ token }).then(enter, () => { byID("problem").textContent = word("sign-in.used_link"); });
} else if (wasSignedIn()) {
  // A link from another site comes without the session, which may be there all the same.
  loadSession().then(enter, () => {});
}
