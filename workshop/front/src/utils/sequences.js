/**
 * Which numbered frames of each stream were heard: { [stream]: { seen, known, ahead, asked, told } }.
 *
 * Everything up to `seen` was heard, or is in rows fetched since. `known` is the highest number
 * that exists. `ahead` holds { number: row } of what was heard beyond `seen`; numbers up to `seen`
 * needn't be remembered. `asked` was known when the page asked for the newest number, or opened the
 * socket, which has `told` it since or not yet.
 */
import { hasOwn } from './frames';

export const MAX_AHEAD = 1000;

const UNHEARD = { seen: -Infinity, known: -Infinity, ahead: new Map(), asked: -Infinity, told: false };

export const firstSequences = streams => Object.fromEntries(streams.map(stream => [stream, UNHEARD]));

const isNumber = Number.isSafeInteger;

/** What frames beyond `seen` follow it without a gap belong to it. */
function closed(stream) {
  const ahead = new Map(stream.ahead);
  let { seen } = stream;
  while (ahead.delete(seen + 1)) seen += 1;
  return { ...stream, seen, ahead };
}

const givenUp = stream => ({ ...stream, seen: stream.known, ahead: new Map() });

/** A frame of a row is news unless a later one of that row was heard: workers overtake each other. */
function hear(stream, seq, row) {
  if (seq <= stream.seen || stream.ahead.has(seq)) return { stream, fresh: false };
  const late = [...stream.ahead].some(([other, its]) => other > seq && its === row);
  const heard = closed({
    ...stream, known: Math.max(stream.known, seq), ahead: new Map(stream.ahead).set(seq, row),
  });
  const lost = heard.ahead.size > MAX_AHEAD;
  return { stream: lost ? givenUp(heard) : heard, fresh: !late, lost };
}

/** A number lower than the one known when it was asked for: the server's counter was lost, nothing known counts. */
function learn(stream, seq) {
  if (seq < stream.asked) return { ...UNHEARD, known: seq, told: true };
  return seq > stream.known || !stream.told ? { ...stream, known: Math.max(stream.known, seq), told: true } : stream;
}

/** { sequences, fresh: apply this frame?, lost: too many to wait for the missing ones? } */
export function listen(sequences, name, { action, seq, pk }) {
  const stream = hasOwn(sequences, name) && isNumber(seq) ? sequences[name] : null;
  if (!stream) return { sequences, fresh: true, lost: false };
  const { stream: next, fresh = false, lost = false } =
    action === 'sync' ? { stream: learn(stream, seq) } : hear(stream, seq, pk);
  return { sequences: next === stream ? sequences : { ...sequences, [name]: next }, fresh, lost };
}

const each = (sequences, change) =>
  Object.fromEntries(Object.entries(sequences).map(([name, stream]) => [name, change(stream)]));

/** Rows asked for now hold whatever the numbers known now tell: those still missing needn't come. */
export const covered = sequences => each(sequences, givenUp);

export const asking = sequences => each(sequences, stream => ({ ...stream, asked: stream.known }));

/** Another socket: it will tell the newest numbers. What was heard before was heard. */
export const reopened = sequences => each(sequences, stream => ({ ...stream, asked: stream.known, told: false }));

const lacks = ({ known, seen }) => known > seen;

/** Of the streams with a gap after which number frames are missing, and the highest that is known: { [stream]: { after, known } }. */
export const missing = sequences => Object.fromEntries(
  Object.entries(sequences).filter(([, stream]) => lacks(stream)).map(([name, { seen, known }]) => [name, { after: seen, known }]));

/** A name for each gap: as long as the same frame is missing it stays the same. */
export function gaps(sequences) {
  return Object.entries(missing(sequences)).map(([name, { after }]) => `${name} after ${after}`);
}

/** Whether the socket has told the newest number of every stream. */
export const allKnown = sequences => Object.values(sequences).every(({ told }) => told);
