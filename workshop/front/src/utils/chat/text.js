import { webUrl } from '../urls';

export const MOST_CHARACTERS = 512;

/** As the server counts them: code points, without the space around the text. */
export const lengthOf = text => [...text.trim()].length;

/** Whether a room may have this name. */
export const isRoomName = name => /^[A-Za-z0-9_-]{1,50}$/.test(name);

const INVISIBLE = /^[\s\p{Cf}]+/u;
const ADDRESSED = /^\S+\s+(\S+)\s+([\s\S]*\S)\s*$/;

const seen = text => text.replace(INVISIBLE, '');

/** As the server reads it: neither case nor width counts. */
const firstWord = text => seen(text).split(/\s/, 1)[0].normalize('NFKC').toLowerCase();

const isPrivate = text => firstWord(text) === '/pm';

/** { name, message } of a text that goes to one person, or null. */
export function privateIn(text) {
  const [, name, message] = (isPrivate(text) && ADDRESSED.exec(seen(text))) || [];
  return name ? { name, message } : null;
}

/** Whether a text is, or will be, a command: nobody else needs to know that it is being written. */
export const isCommand = text => firstWord(text).startsWith('/');

/** { to, text } of a draft that has become a private one, by “/pm name ”, or null. */
export function commanded(draft) {
  const [, to, text] = (isPrivate(draft) && /^\S+\s+(\S+)\s([\s\S]*)$/.exec(seen(draft))) || [];
  return to ? { to, text } : null;
}

const URLS = /https?:\/\/[^\s<>"]+/gi;
const TRAIL = /[.,;:!?'’”»\]}…]+$/;

/** Where the address ends: a full stop after it isn't its own, nor is a bracket that it didn't open. */
function trimmedUrl(found) {
  const url = found.replace(TRAIL, '');
  const isUnopened = url.endsWith(')') && url.split('(').length < url.split(')').length;
  return isUnopened ? trimmedUrl(url.slice(0, -1)) : url;
}

/** [{ text, url }]: the pieces of a text, `url` where one is a web address. */
export function pieces(text) {
  const found = [];
  let from = 0;
  for (const { 0: match, index } of text.matchAll(URLS)) {
    const url = trimmedUrl(match);
    if (!webUrl(url)) continue;
    found.push({ text: text.slice(from, index), url: null }, { text: url, url });
    from = index + url.length;
  }
  return [...found, { text: text.slice(from), url: null }].filter(piece => piece.text !== '');
}
