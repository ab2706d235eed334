/**
 * The rows of the log, with separators: days, and the line above the first new message.
 *
 * Consecutive messages from one person within a few minutes form a group; only the first shows the name.
 */
import { dayOf } from './times';

export const GROUP_WITHIN = 5 * 60 * 1000;

/** An unsent message has no timestamp yet, so it counts as now. */
const timeIn = ({ timestamp }, now) => {
  const time = new Date(timestamp ?? now).getTime();
  return Number.isNaN(time) ? now.getTime() : time;
};

const isSamePerson = (a, b) => a.kind === b.kind && a.user === b.user && a.way === b.way && a.name === b.name;

const isNew = (item, mark) => mark !== null && item.kind === 'message' && !item.isMine && item.number > mark;

/** `items`: see items.js; `mark`: the number after which messages are new, or null. */
export function grouped(items, mark, now = new Date()) {
  const rows = [];
  let before = null;
  let lastDay = '';
  let isMarked = false;
  for (const item of items) {
    const time = timeIn(item, now);
    const day = dayOf(time);
    // Timestamps come from several clocks, so a day may recur around midnight.
    const isNewDay = day > lastDay;
    if (isNewDay) rows.push({ kind: 'day', key: `day ${day}`, time });
    const isFirstNew = !isMarked && isNew(item, mark);
    if (isFirstNew) rows.push({ kind: 'new', key: 'new' });
    const follows = !isNewDay && !isFirstNew && isSamePerson(before.item, item) && Math.abs(time - before.time) <= GROUP_WITHIN;
    rows.push({ ...item, follows });
    lastDay = isNewDay ? day : lastDay;
    isMarked = isMarked || isFirstNew;
    before = { item, time };
  }
  return rows;
}
