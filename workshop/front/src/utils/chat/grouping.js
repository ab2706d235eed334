/**
 * What the log shows with what stands between: days, and the line above what is new.
 *
 * Messages that one person writes one after the other within a few minutes are a group: only the first one needs a name.
 */
import { dayOf } from './times';

export const GROUP_WITHIN = 5 * 60 * 1000;

/** What is still to be sent has no time yet: it is of now. */
const timeIn = ({ timestamp }, now) => {
  const time = new Date(timestamp ?? now).getTime();
  return Number.isNaN(time) ? now.getTime() : time;
};

const isSamePerson = (a, b) => a.kind === b.kind && a.user === b.user && a.way === b.way && a.name === b.name;

const isNew = (item, mark) => mark !== null && item.kind === 'message' && !item.isMine && item.number > mark;

/** `items` as items.js has them; `mark`: after which number it is new, or null. */
export function grouped(items, mark, now = new Date()) {
  const rows = [];
  let before = null;
  let lastDay = '';
  let isMarked = false;
  for (const item of items) {
    const time = timeIn(item, now);
    const day = dayOf(time);
    // Times are of several clocks: at midnight a day may come back.
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
