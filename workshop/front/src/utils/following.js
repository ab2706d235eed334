/**
 * What rows that follow numbered frames keep beside themselves: { stale, sequences, held }.
 *
 * `stale`: the rows must be fetched again. `sequences` tracks the frames received; `held` keeps those
 * received since the rows were requested, because the answer may be older.
 */
import { isObject } from './frames';
import { asking, covered, firstSequences, listen, reopened } from './sequences';

export const firstFollowing = streams => ({ stale: false, sequences: firstSequences(streams), held: null });

/** A socket has joined; the server will send it the newest numbers. */
export const opened = state => ({ ...state, sequences: reopened(state.sequences) });

/** The newest numbers have been requested. */
export const synced = state => ({ ...state, sequences: asking(state.sequences) });

/** The rows have been requested. */
export const asked = state => ({ ...state, stale: false, sequences: covered(state.sequences), held: [] });

/** The rows could not be fetched. */
export const unanswered = state => ({ ...state, held: null });

/** `answered` is the state with the rows fetched; replays on it the frames received meanwhile. */
export const caughtUp = (answered, change) => ({ ...(answered.held ?? []).reduce(change, answered), held: null });

export const markStale = state => (state.stale ? state : { ...state, stale: true });

function hear(state, { stream, payload }) {
  const { sequences, fresh, lost } = listen(state.sequences, stream, payload);
  const heard = sequences === state.sequences ? state : { ...state, sequences };
  return { fresh, heard: lost ? markStale(heard) : heard };
}

const hold = (state, frame) => (state.held ? { ...state, held: [...state.held, frame] } : state);

/** Applies recovered frames as if they had arrived in time. */
const followAll = (state, stream, payloads, change) =>
  payloads.reduce((so, payload) => follow(so, { stream, payload }, change), state);

/** Applies one frame to the rows through `change(state, frame)`; duplicates do nothing. */
export function follow(state, frame, change) {
  if (!isObject(frame) || !isObject(frame.payload)) return state;
  const { action, frames } = frame.payload;
  if (action === 'recovered') return Array.isArray(frames) ? followAll(state, frame.stream, frames, change) : state;
  const { fresh, heard } = hear(state, frame);
  return fresh ? hold(change(heard, frame), frame) : heard;
}
