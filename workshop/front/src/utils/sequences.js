/**
 * Which numbered frames of each stream were received: { [stream]: { seen, known, ahead, asked, told } }.
 *
 * Everything up to `seen` was received, or is included in rows fetched since; `known` is the highest number
 * that exists. `ahead` holds { number: row } of what was received beyond `seen`. `asked` is what was known
 * when the page requested the newest number or opened its socket; `told` says whether the socket has sent
 * it since.
 */
import { hasOwn } from './frames';

export const MAX_AHEAD = 1000;

const UNHEARD = { seen: -Infinity, known: -Infinity, ahead: new Map(), asked: -Infinity, told: false };

export const firstSequences = streams => Object.fromEntries(streams.map(stream => [stream, UNHEARD]));

const isNumber = Number.isSafeInteger;

/** Advances `seen` over the frames that follow it without a gap. */
function closed(stream) {
  const ahead = new Map(stream.ahead);
  let { seen } = stream;
  while (ahead.delete(seen + 1)) seen += 1;
  return { ...stream, seen, ahead };
}

const givenUp = stream => ({ ...stream, seen: stream.known, ahead: new Map() });

/** A frame is fresh unless a later one of the same row was received: workers may reorder frames. */
function hear(stream, seq, row) {
  if (seq <= stream.seen || stream.ahead.has(seq)) return { stream, fresh: false };
  const late = [...stream.ahead].some(([other, its]) => other > seq && its === row);
  const heard = closed({
    ...stream, known: Math.max(stream.known, seq), ahead: new Map(stream.ahead).set(seq, row),
  });
  const lost = heard.ahead.size > MAX_AHEAD;
  return { stream: lost ? givenUp(heard) : heard, fresh: !late, lost };
}

/** A number below the one known at the request means that the server's counter was lost: start over. */
function learn(stream, seq) {
  if (seq < stream.asked) return { ...UNHEARD, known: seq, told: true };
  return seq > stream.known || !stream.told ? { ...stream, known: Math.max(stream.known, seq), told: true } : stream;
}

/** { sequences, fresh: whether to apply this frame, lost: whether too many are pending behind a gap } */
export function listen(sequences, name, { action, seq, pk }) {
  const stream = hasOwn(sequences, name) && isNumber(seq) ? sequences[name] : null;
  if (!stream) return { sequences, fresh: true, lost: false };
  const { stream: next, fresh = false, lost = false } =
    action === 'sync' ? { stream: learn(stream, seq) } : hear(stream, seq, pk);
  return { sequences: next === stream ? sequences : { ...sequences, [name]: next }, fresh, lost };
}

const each = (sequences, change) =>
  Object.fromEntries(Object.entries(sequences).map(([name, stream]) => [name, change(stream)]));

/** Rows requested now include every change numbered so far, so the missing frames are no longer needed. */
export const covered = sequences => each(sequences, givenUp);

export const asking = sequences => each(sequences, stream => ({ ...stream, asked: stream.known }));

/** A new socket, which will send the newest numbers. What was received remains so. */
export const reopened = sequences => each(sequences, stream => ({ ...stream, asked: stream.known, told: false }));

const lacks = ({ known, seen }) => known > seen;

/** The gaps: { [stream]: { after, known } }: frames are missing after that number; `known` is the highest. */
export const missing = sequences => Object.fromEntries(
  Object.entries(sequences).filter(([, stream]) => lacks(stream)).map(([name, { seen, known }]) => [name, { after: seen, known }]));

/** A name for each gap, stable as long as the same frame is missing. */
export function gaps(sequences) {
  return Object.entries(missing(sequences)).map(([name, { after }]) => `${name} after ${after}`);
}

/** Whether the socket has sent the newest number of every stream. */
export const allKnown = sequences => Object.values(sequences).every(({ told }) => told);
