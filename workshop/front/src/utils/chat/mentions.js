/** Mentions in a text, such as “@alice”. */
const MENTION = /(^|[\s([{«“"'¡¿])@([\p{L}\p{N}_][\p{L}\p{N}_.@+-]*)/gu;
const AT_END = /(?:^|[\s([{«“"'¡¿])@([\p{L}\p{N}_.@+-]*)$/u;
const TRAIL = /[.@+-]+$/;

const MOST = 6;

/** [{ text, name }]: a text in pieces; `name` is set on mentions. Trailing punctuation isn't part of a name. */
export function mentionsIn(text) {
  const found = [];
  let from = 0;
  for (const { 0: match, 1: before, 2: word, index } of text.matchAll(MENTION)) {
    const name = word.replace(TRAIL, '');
    const start = index + before.length;
    found.push({ text: text.slice(from, start), name: null }, { text: `@${name}`, name });
    from = index + match.length - (word.length - name.length);
  }
  return [...found, { text: text.slice(from), name: null }].filter(piece => piece.text !== '');
}

const folded = name => name.normalize('NFC').toLowerCase();

export const isSame = (one, other) => folded(one) === folded(other);

/** Whether a text names `me`. */
export const isMentioned = (text, me) => me !== null && mentionsIn(text).some(({ name }) => name !== null && isSame(name, me));

/** { from, query } of the mention being typed at the caret, or null. */
export function mentionAt(text, caret) {
  const found = AT_END.exec(text.slice(0, caret));
  return found && { from: caret - found[1].length - 1, query: found[1] };
}

/** The users present whose names start with `query`. */
export const candidates = (users, query, me) =>
  users.filter(name => name !== me && folded(name).startsWith(folded(query))).slice(0, MOST);

/** { text, caret } after the mention being typed has been completed with `name`. */
export function completed(text, caret, from, name) {
  const before = `${text.slice(0, from)}@${name} `;
  return { text: before + text.slice(caret).replace(/^ /, ''), caret: before.length };
}
