// The words of the page, in the language it is shown in. Everything becomes text, never markup.

const root = document.documentElement;
let words = {};

/** The language of the page, as in its `lang`. */
export const language = () => root.lang;

async function load(tag) {
  const response = await fetch(`${root.dataset.assets}/${tag}.json`);
  if (!response.ok) throw new Error(`no words: ${response.status}`);
  words = await response.json();
}

/** The sentence of a name, with `{gaps}` filled. */
export function word(name, values = {}) {
  const sentence = words[name] ?? name;
  return sentence.replace(/\{(\w+)\}/g, (gap, key) => (key in values ? String(values[key]) : gap));
}

/** Whether there is a sentence of that name. */
export const hasWord = (name) => name in words;

/** Gives an element a sentence that follows the language from then on. */
export function say(element, name) {
  element.dataset.word = name;
  element.textContent = word(name);
  return element;
}

/** Shows the page in another language, without loading it again: what it holds stays. */
export async function changeLanguage(tag) {
  await load(tag);
  root.lang = tag;
  document.cookie = `atelier_language=${tag}; Path=/; Max-Age=31536000; SameSite=Strict`;
  for (const element of document.querySelectorAll("[data-word]")) {
    element.textContent = word(element.dataset.word);
  }
  for (const element of document.querySelectorAll("[data-word-label]")) {
    element.ariaLabel = word(element.dataset.wordLabel);
  }
  document.dispatchEvent(new CustomEvent("languagechange"));
}

export const percent = (value) =>
  new Intl.NumberFormat(language(), { style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1 }).format(value);

export const milliseconds = (value) =>
  `${new Intl.NumberFormat(language(), { maximumSignificantDigits: 3 }).format(value)} ms`;

/** An amount of bytes, in the unit that suits it. */
export function amountOfBytes(bytes) {
  const [size, unit] = bytes >= 2 ** 20 ? [2 ** 20, "MiB"] : [2 ** 10, "KiB"];
  return `${new Intl.NumberFormat(language(), { maximumFractionDigits: 1 }).format(bytes / size)} ${unit}`;
}

const classNames = [
  "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot",
];

/** Whether a model knows the ten kinds of garment, and nothing else. */
export const isStandard = (names) => names.length === classNames.length && names.every((name) => classNames.includes(name));

/** The name of a class in the page's language; models with other classes keep theirs. */
export function className(name) {
  const index = classNames.indexOf(name);
  return index < 0 ? name : word(`class.${index}`);
}

await load(root.lang);
