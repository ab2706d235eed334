/**
 * The private messages this window has received: [{ order, way, name, message, timestamp, id, after }].
 *
 * `way` is 'from' or 'to' `name`. Private messages have no number: `order` counts them locally, and `after`
 * is the log's last number when they arrived.
 */
export const MOST = 200;

export function addPrivate(privates, fresh) {
  const { way, name, id } = fresh;
  const isKnown = privates.some(other => id !== null && other.id === id && other.way === way && other.name === name);
  if (isKnown) return privates;
  const order = (privates[privates.length - 1]?.order ?? 0) + 1;
  return [...privates, { ...fresh, order }].slice(-MOST);
}
