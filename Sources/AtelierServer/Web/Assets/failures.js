// Why something failed, and what to do about it, in sentences.

import { hasWord, word } from "./words.js";

/** The name of the sentences for an error's code. */
export const failureName = (code) => (hasWord(`error.${code}`) ? code : "other");

/** What is wrong, and what to do. */
export function failureSentences(code, values) {
  const name = failureName(code);
  return { problem: word(`error.${name}`, values), mend: word(`mend.${name}`, values) };
}
