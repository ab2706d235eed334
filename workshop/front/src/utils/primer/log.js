/** The log of one panel: at most 50 entries, newest last. */
import { cut, textOf } from './show';

const MOST = 50;

export const EMPTY_LOG = { entries: [], last: 0 };

/** `kind` is 'sent', 'received' or 'note'; `took` is the response time in milliseconds, or null. */
export function logged({ entries, last }, { kind, data, took = null }) {
  const entry = { id: last + 1, kind, text: cut(textOf(data)), took, at: new Date() };
  return { entries: [...entries, entry].slice(-MOST), last: entry.id };
}
