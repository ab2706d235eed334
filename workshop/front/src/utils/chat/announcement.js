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
 * The screen reader announcement for the change from one room state to the next: what others have posted, and nothing
 * else; null for none. The log isn't a live region, because it would read out older messages as they are loaded.
 */
export function announcement(before, after) {
  const count = after.log.arrivals - before.log.arrivals;
  if (count <= 0) return null;
  return count > 1 ? t('newMessages', { n: count }) : newest(before, after);
}
