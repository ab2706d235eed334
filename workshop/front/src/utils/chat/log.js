/**
 * The messages of a room: { messages, seen, known, more, gone, arrivals }.
 *
 * `messages` are sorted by number, which counts 1, 2, 3, …. Whatever there is up to `seen` was heard,
 * is deleted, or is older than the first one here; `known` is the highest number that exists. `more`
 * says whether the server has older ones, `gone` holds the numbers that a moderator deleted, and
 * `arrivals` counts what others have written since the page came.
 */
import { isObject } from '../frames';

export const PAGE = 50;
export const MOST = 500;

const isNumber = value => Number.isSafeInteger(value) && value > 0;
const isMessage = row =>
  isObject(row) && isNumber(row.number) && typeof row.user === 'string' && typeof row.message === 'string';

const pick = ({ number, user, message, timestamp, id }) => ({ number, user, message, timestamp, id: id ?? null });

/** Messages by number, each once. */
function sorted(rows) {
  const byNumber = new Map(rows.map(row => [row.number, row]));
  return [...byNumber.values()].sort((a, b) => a.number - b.number);
}

const valid = rows => (Array.isArray(rows) ? rows.filter(isMessage).map(pick) : []);
const highest = rows => rows.reduce((most, { number }) => Math.max(most, number), 0);

export function firstLog({ messages, more, number }) {
  const first = sorted(valid(messages));
  const seen = Math.max(highest(first), isNumber(number) ? number : 0);
  return { messages: first, seen, known: seen, more: more === true, gone: new Set(), arrivals: 0 };
}

/** What follows `seen` without a hole belongs to it. */
function closed(log) {
  const heard = new Set([...log.messages.map(({ number }) => number), ...log.gone]);
  let { seen } = log;
  while (heard.has(seen + 1)) seen += 1;
  return { ...log, seen, known: Math.max(log.known, seen) };
}

/** The hello of a socket: the room's newest number. A lower one than was heard: the room was begun anew. */
export function joined(log, number) {
  if (number >= log.seen) return know(log, number);
  const seen = Math.max(0, number - PAGE);
  return { ...log, messages: [], seen, known: number, more: seen > 0, gone: new Set() };
}

/** There is a message of this number. */
export const know = (log, number) => (number > log.known ? { ...log, known: number } : log);

/** Messages that were heard, in any order and however often. */
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
 * The answer to `after`: between that number and the last one in it nothing is missing but what was
 * deleted; and where it has no more, up to what was known when it was asked for.
 */
export function addAnswer(log, { messages, after, more }, asked, me) {
  const toItsEnd = after <= log.seen ? highest(valid(messages)) : 0;
  const toTheEnd = !more && asked?.number === after ? asked.known : 0;
  const added = add(log, messages, me);
  return closed({ ...added, seen: Math.max(added.seen, toItsEnd, toTheEnd) });
}

export const firstNumber = log => log.messages[0]?.number ?? log.seen + 1;

export const lastNumber = log => log.messages.at(-1)?.number ?? log.seen;

/** The answer to `before`, where it still belongs to the first message here. */
export function addOlder(log, { messages, before, more }) {
  if (before !== firstNumber(log)) return log;
  const older = sorted(valid(messages).filter(({ number }) => number < before && !log.gone.has(number)));
  return { ...log, messages: [...older, ...log.messages], more: more === true };
}

export function remove(log, numbers) {
  const gone = new Set([...log.gone, ...numbers.filter(isNumber)]);
  return closed({ ...log, gone, messages: log.messages.filter(({ number }) => !gone.has(number)) });
}

/** The newest of a long log: a page that stays open for days must not grow without end. */
export function trimmed(log) {
  if (log.messages.length <= MOST) return log;
  return { ...log, messages: log.messages.slice(-MOST), more: true };
}

/** A name for the hole, if there is one: as long as the same message is missing it stays the same. */
export const gaps = log => (log.known > log.seen ? [`after ${log.seen}`] : []);
