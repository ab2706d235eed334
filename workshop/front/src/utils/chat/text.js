import { webUrl } from '../urls';

export const MOST_CHARACTERS = 512;

/** The length as the server counts it: code points, without surrounding white space. */
export const lengthOf = text => [...text.trim()].length;

/** Whether it is a valid room name. */
export const isRoomName = name => /^[A-Za-z0-9_-]{1,50}$/.test(name);

const INVISIBLE = /^[\s\p{Cf}]+/u;
const ADDRESSED = /^\S+\s+(\S+)\s+([\s\S]*\S)\s*$/;

const seen = text => text.replace(INVISIBLE, '');

/** The first word as the server reads it: case and width are ignored. */
const firstWord = text => seen(text).split(/\s/, 1)[0].normalize('NFKC').toLowerCase();

const isPrivate = text => firstWord(text) === '/pm';

/** { name, message } of a private message written as a command, or null. */
export function privateIn(text) {
  const [, name, message] = (isPrivate(text) && ADDRESSED.exec(seen(text))) || [];
  return name ? { name, message } : null;
}

/** Whether a text is, or is becoming, a command: others shouldn't see that it is being typed. */
export const isCommand = text => firstWord(text).startsWith('/');

/** { to, text } of a draft that “/pm name ” has just made private, or null. */
export function commanded(draft) {
  const [, to, text] = (isPrivate(draft) && /^\S+\s+(\S+)\s([\s\S]*)$/.exec(seen(draft))) || [];
  return to ? { to, text } : null;
}

const URLS = /https?:\/\/[^\s<>"]+/gi;
const TRAIL = /[.,;:!?'’”»\]}…]+$/;

/** A URL without trailing punctuation or an unmatched closing bracket. */
function trimmedUrl(found) {
  const url = found.replace(TRAIL, '');
  const isUnopened = url.endsWith(')') && url.split('(').length < url.split(')').length;
  return isUnopened ? trimmedUrl(url.slice(0, -1)) : url;
}

/** [{ text, url }]: a text in pieces; `url` is set on web addresses. */
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
