/**
 * What rows that follow numbered frames keep beside themselves: { stale, sequences, held }.
 *
 * `stale` says that only the server knows the rows now. `sequences` tells which frames were heard,
 * `held` keeps those that came since the rows were asked for: the answer may be older than they are.
 */
import { isObject } from './frames';
import { asking, covered, firstSequences, listen, reopened } from './sequences';

export const firstFollowing = streams => ({ stale: false, sequences: firstSequences(streams), held: null });

/** A socket has joined: what numbers there are, the server will tell it. */
export const opened = state => ({ ...state, sequences: reopened(state.sequences) });

/** The newest numbers are asked for. */
export const synced = state => ({ ...state, sequences: asking(state.sequences) });

/** The rows are asked for. */
export const asked = state => ({ ...state, stale: false, sequences: covered(state.sequences), held: [] });

/** They couldn't be had. */
export const unanswered = state => ({ ...state, held: null });

/** They came, and with them `answered` was made: on top of it what was told meanwhile. */
export const caughtUp = (answered, change) => ({ ...(answered.held ?? []).reduce(change, answered), held: null });

export const markStale = state => (state.stale ? state : { ...state, stale: true });

function hear(state, { stream, payload }) {
  const { sequences, fresh, lost } = listen(state.sequences, stream, payload);
  const heard = sequences === state.sequences ? state : { ...state, sequences };
  return { fresh, heard: lost ? markStale(heard) : heard };
}

const hold = (state, frame) => (state.held ? { ...state, held: [...state.held, frame] } : state);

/** Frames that were missed: whatever else comes, each counts as if it had come in time. */
const followAll = (state, stream, payloads, change) =>
  payloads.reduce((so, payload) => follow(so, { stream, payload }, change), state);

/** What one frame of the socket does to the rows by `change(state, frame)`; the same frame again does nothing. */
export function follow(state, frame, change) {
  if (!isObject(frame) || !isObject(frame.payload)) return state;
  const { action, frames } = frame.payload;
  if (action === 'recovered') return Array.isArray(frames) ? followAll(state, frame.stream, frames, change) : state;
  const { fresh, heard } = hear(state, frame);
  return fresh ? hold(change(heard, frame), frame) : heard;
}
