/**
 * The messages of a room: { messages, seen, known, more, gone, deletions, told, review, arrivals }.
 *
 * `messages` are sorted by number (1, 2, 3, …). Every message up to `seen` has been received, was deleted,
 * or is older than the first one loaded; `known` is the highest number that exists. `more` says whether the
 * server has older ones, `gone` holds the numbers known to be deleted, and `arrivals` counts what others
 * have posted since the page was loaded.
 *
 * The server counts a room's deletions. None of the first `deletions` concerns a message still shown here;
 * `told` is the highest count received. If `told` is higher, a deletion was missed, and a `review`
 * ({ before, told }) reads the messages again, from the last one to the first.
 */
import { isObject } from '../frames';

export const PAGE = 50;
export const MOST = 500;

const isNumber = value => Number.isSafeInteger(value) && value > 0;
const isCount = value => Number.isSafeInteger(value) && value >= 0;
const isMessage = row =>
  isObject(row) && isNumber(row.number) && typeof row.user === 'string' && typeof row.message === 'string';

const pick = ({ number, user, message, timestamp, id }) => ({ number, user, message, timestamp, id: id ?? null });

/** Messages sorted by number, without duplicates. */
function sorted(rows) {
  const byNumber = new Map(rows.map(row => [row.number, row]));
  return [...byNumber.values()].sort((a, b) => a.number - b.number);
}

const valid = rows => (Array.isArray(rows) ? rows.filter(isMessage).map(pick) : []);
const highest = rows => rows.reduce((most, { number }) => Math.max(most, number), 0);

export function firstLog({ messages, more, number, deletions }) {
  const first = sorted(valid(messages));
  const seen = Math.max(highest(first), isNumber(number) ? number : 0);
  return {
    messages: first, seen, known: seen, more: more === true, gone: new Set(), arrivals: 0, ...counted(deletions),
  };
}

function counted(deletions) {
  const count = isCount(deletions) ? deletions : 0;
  return { deletions: count, told: count, review: null };
}

/** Advances `seen` over the numbers that follow it without a gap. */
function closed(log) {
  const heard = new Set([...log.messages.map(({ number }) => number), ...log.gone]);
  let { seen } = log;
  while (heard.has(seen + 1)) seen += 1;
  return { ...log, seen, known: Math.max(log.known, seen) };
}

/** A socket's hello: the room's newest number and its deletions. Lower ones than before: the room was recreated. */
export function joined(log, number, deletions) {
  const isAnew = number < log.seen || (isCount(deletions) && deletions < log.told);
  if (!isAnew) return tell(know(log, number), deletions);
  const seen = Math.max(0, number - PAGE);
  return { ...log, messages: [], seen, known: number, more: seen > 0, gone: new Set(), ...counted(deletions) };
}

/** A message of this number exists. */
export const know = (log, number) => (number > log.known ? { ...log, known: number } : log);

/** The server has counted this many deletions. */
const tell = (log, deletions) => (isCount(deletions) && deletions > log.told ? { ...log, told: deletions } : log);

/** `after`, the log with an answer made at that count: it may include messages deleted since, so a review is due. */
function madeAt(deletions, before, after) {
  const isNewer = !isCount(deletions) || deletions >= after.told;
  if (isNewer || after.messages.length === before.messages.length) return tell(after, deletions);
  return { ...after, deletions: Math.min(after.deletions, deletions), review: null };
}

/** Adds received messages, in any order; duplicates are ignored. */
export function add(log, rows, me) {
  const there = new Set(log.messages.map(({ number }) => number));
  const heard = valid(rows);
  const fresh = sorted(heard.filter(({ number }) => number > log.seen && !there.has(number) && !log.gone.has(number)));
  return closed({
    ...log,
    messages: fresh.length > 0 ? sorted([...log.messages, ...fresh]) : log.messages,
    known: Math.max(log.known, highest(heard)),
    arrivals: log.arrivals + fresh.filter(({ user }) => user !== me).length,
  });
}

/**
 * The answer to `after`: complete from that number to its last message, except for what was deleted.
 * If there is no more, it is complete up to the room's newest number at that time.
 */
export function addAnswer(log, { messages, after, more, number, deletions }, me) {
  const toItsEnd = highest(valid(messages));
  const toTheEnd = more !== true && isNumber(number) ? number : 0;
  const added = madeAt(deletions, log, add(log, messages, me));
  return closed(after > log.seen ? added : { ...added, seen: Math.max(added.seen, toItsEnd, toTheEnd) });
}

export const firstNumber = log => log.messages[0]?.number ?? log.seen + 1;

export const lastNumber = log => log.messages[log.messages.length - 1]?.number ?? log.seen;

/** The answer to `before`; ignored unless it still adjoins the first message. */
export function addOlder(log, { messages, before, more, deletions }) {
  if (before !== firstNumber(log)) return log;
  const older = sorted(valid(messages).filter(({ number }) => number < before && !log.gone.has(number)));
  return madeAt(deletions, log, { ...log, messages: [...older, ...log.messages], more: more === true });
}

function without(log, numbers) {
  const gone = new Set([...log.gone, ...numbers]);
  return closed({ ...log, gone, messages: log.messages.filter(({ number }) => !gone.has(number)) });
}

/** Removes the most recently deleted numbers; `count` is the room's total of deletions. */
export function remove(log, numbers, count) {
  const deleted = numbers.filter(isNumber);
  const removed = tell(without(log, deleted), count);
  const missesNone = isCount(count) && count - deleted.length <= log.deletions;
  return missesNone ? { ...removed, deletions: Math.max(log.deletions, count) } : removed;
}

const isBehind = log => log.told > log.deletions;

/** Starts a review if a deletion was missed. */
export function review(log) {
  if (!isBehind(log) || log.review !== null) return log;
  return reviewed(log, lastNumber(log) + 1, log.told);
}

/** Continues the review before this number, or ends it when nothing is left. */
function reviewed(log, before, told) {
  if (before > firstNumber(log)) return { ...log, review: { before, told } };
  return { ...log, review: null, deletions: Math.max(log.deletions, told) };
}

/** The answer to a review's `before`: what it lacks was deleted. A stale answer, which may still have it, is ignored. */
export function addReview(log, { messages, before, more, deletions }) {
  if (log.review === null || log.review.before !== before) return log;
  if (!isCount(deletions)) return { ...log, ...counted(log.deletions) }; // this server doesn't count deletions
  if (deletions < log.review.told) return log;
  const there = new Set(valid(messages).map(({ number }) => number));
  const from = more === true && there.size > 0 ? Math.min(...there) : 1;
  const missing = log.messages.map(({ number }) => number)
    .filter(number => number >= from && number < before && !there.has(number));
  return reviewed(tell(without(log, missing), deletions), from, log.review.told);
}

/** Keeps only the newest messages: a page left open for days must not grow without bound. */
export function trimmed(log) {
  if (log.messages.length <= MOST) return log;
  return { ...log, messages: log.messages.slice(-MOST), more: true };
}

/** A name for each gap, stable for as long as the gap is. */
export const gaps = log => [
  ...(log.known > log.seen ? [`after ${log.seen}`] : []),
  ...(isBehind(log) ? [`deleted ${log.deletions}`] : []),
];
