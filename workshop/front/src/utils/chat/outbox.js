/**
 * What the visitor has written and the log doesn't show yet, in order: [{ id, text, to, number, failure }].
 *
 * `to` is whom alone it is for, or null.
 * `number` is the one that the server has given it; `failure` ({ code, message }) tells why it didn't
 * want it. An entry without either is to be sent, again and again, until one of the two comes.
 */
export const LIMIT = 50;

export const isFull = outbox => outbox.length >= LIMIT;

export const put = (outbox, id, text, to) => [...outbox, { id, text, to, number: null, failure: null }];

const isPending = ({ number, failure }) => number === null && failure === null;

export const pending = outbox => outbox.filter(isPending);

export const isAwaited = (outbox, id) => outbox.some(entry => entry.id === id && isPending(entry));

const change = (outbox, id, fields) => outbox.map(entry => (entry.id === id ? { ...entry, ...fields } : entry));

export const stored = (outbox, id, number) => change(outbox, id, { number, failure: null });

export const refused = (outbox, id, failure) =>
  (isAwaited(outbox, id) ? change(outbox, id, { failure }) : outbox);

/** What was refused by this code is to be sent once more, and no third time. */
export const again = (outbox, code) =>
  outbox.map(entry => (entry.failure?.code === code && !entry.again ? { ...entry, failure: null, again: true } : entry));

export const refuseAll = (outbox, failure) => pending(outbox).reduce((all, { id }) => refused(all, id, failure), outbox);

export const drop = (outbox, id) => outbox.filter(entry => entry.id !== id);

/** Without what the log shows, or has shown: a stored message may be deleted before it was heard. */
export function settled(outbox, log, me) {
  if (outbox.length === 0) return outbox;
  const mine = new Set(log.messages.filter(({ user }) => user === me).map(({ id }) => id));
  const isShown = ({ id, number }) => mine.has(id) || (number !== null && number <= log.seen);
  const left = outbox.filter(entry => !isShown(entry));
  return left.length === outbox.length ? outbox : left;
}
