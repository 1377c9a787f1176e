// Sentences in the reader's language: the same catalogue as the pages', as the build wrote it out for scripts.
import french from 'bpmn-js-i18n/translations/fr.js';

const language = document.documentElement.lang;
// What the drawing library says itself.
const drawing = language === 'fr' ? french : {};
let words = {};

export async function readWords(address) {
  words = language === 'en' ? {} : await (await fetch(`${address}/${language}.json`)).json();
}

const filled = (text, values) => text.replace(/%\((\w+)\)[sd]/g, (_all, name) => values[name] ?? '');

export const _ = (text, values = {}) => filled(words[text] ?? text, values);

const translate = (text, values = {}) => (drawing[text] ?? text).replace(/{([^}]+)}/g, (all, name) => values[name] ?? all);

export const words_module = { translate: ['value', translate] };
