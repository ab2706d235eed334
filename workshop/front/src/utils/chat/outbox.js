/**
 * Messages written but not yet in the log, in order: [{ id, text, to, number, failure }].
 *
 * `to` is the addressee of a private message, or null. `number` is assigned by the server; `failure`
 * ({ code, message }) says why it refused the message. An entry with neither is retried until it gets one.
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

/** Retries what was refused with this code, but only once. */
export const again = (outbox, code) =>
  outbox.map(entry => (entry.failure?.code === code && !entry.again ? { ...entry, failure: null, again: true } : entry));

export const refuseAll = (outbox, failure) => pending(outbox).reduce((all, { id }) => refused(all, id, failure), outbox);

export const drop = (outbox, id) => outbox.filter(entry => entry.id !== id);

/** Drops what the log shows or has shown: a stored message may be deleted before it is received. */
export function settled(outbox, log, me) {
  if (outbox.length === 0) return outbox;
  const mine = new Set(log.messages.filter(({ user }) => user === me).map(({ id }) => id));
  const isShown = ({ id, number }) => mine.has(id) || (number !== null && number <= log.seen);
  const left = outbox.filter(entry => !isShown(entry));
  return left.length === outbox.length ? outbox : left;
}
