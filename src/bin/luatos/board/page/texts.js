/** The texts of the page in the languages that it speaks. */
import english from "./texts/en.js";
import chinese from "./texts/zh.js";

const LANGUAGES = { en: english, zh: chinese };

/** What the languages call themselves. */
export const LANGUAGE_NAMES = { en: "English", zh: "中文" };

let language = "en";

/** The language in use, as the attribute `lang` wants it. */
export function languageTag() {
    return language === "zh" ? "zh-CN" : language;
}

/** The language in use: `en` or `zh`. */
export function currentLanguage() {
    return language;
}

/** Speaks this language from now on; English if there is no such one. */
export function setLanguage(name) {
    language = name in LANGUAGES ? name : "en";
}

/** The language that the browser's user would like best. */
export function preferredLanguage() {
    const wanted = navigator.languages.map((tag) => tag.toLowerCase().split("-")[0]);
    return wanted.find((name) => name in LANGUAGES) ?? "en";
}

/**
 * A text in the language in use.
 * @param {string} key its name in `texts/en.js`
 * @param {Object<string, string|number>} [values] what stands for `{name}` in it
 * @returns {string} the key itself if there is no such text
 */
export function t(key, values = {}) {
    const text = LANGUAGES[language][key] ?? english[key] ?? key;
    return text.replace(/\{(\w+)\}/g, (place, name) => values[name] ?? place);
}
