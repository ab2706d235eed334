import { t } from './texts';

const last = list => list[list.length - 1];

function newest(before, after) {
  if (after.privates !== before.privates && last(after.privates).way === 'from') {
    const { name, message } = last(after.privates);
    return `${t('privateFrom', { name })}: ${message}`;
  }
  const known = new Set(before.log.messages.map(({ number }) => number));
  const fresh = after.log.messages.filter(({ number, user }) => user !== after.me && !known.has(number));
  return fresh.length > 0 ? `${last(fresh).user}: ${last(fresh).message}` : null;
}

/**
 * What a screen reader says when a room has become another: what has come from others since, and only that. The log
 * itself must not speak, or it would read out older messages when they are loaded. null: nothing.
 */
export function announcement(before, after) {
  const count = after.log.arrivals - before.log.arrivals;
  if (count <= 0) return null;
  return count > 1 ? t('newMessages', { n: count }) : newest(before, after);
}
