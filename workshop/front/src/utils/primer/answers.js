/**
 * Which answers match which frames: { sent(data): keys, heard(data): key, patience, isNumbered }.
 *
 * `data` is a frame's content. A frame and its answer share a key; null is no answer. `isNumbered`: the
 * answers count the frames before them, so the page must not send any on its own.
 */
import { hasOwn, isObject, parseFrame } from '../frames';
import { textOf } from './show';

const SOON = 10000;
const LATER = 90000; // A delayed message waits at most a minute.

// The server strips text; its notion of white space differs slightly from JavaScript's.
const trimmed = text => (typeof text === 'string' ? text.trim() : text);

const reversed = text => [...text].reverse().join('');

const object = (sent, heard, patience = SOON) => ({
  patience,
  sent: data => sent(parseFrame(data) ?? {}),
  heard: data => heard(parseFrame(data) ?? {}),
});

const same = { patience: SOON, sent: data => [textOf(data)], heard: textOf };

const STREAM_SENT = {
  echo: payload => JSON.stringify(payload),
  other: ({ text }) => (typeof text === 'string' ? reversed(text.trim()) : null),
};
const STREAM_HEARD = {
  echo: ({ original_message }) => (original_message === undefined ? null : JSON.stringify(original_message)),
  other: ({ reversed: text }) => trimmed(text) ?? null,
};

const keyOf = (table, { stream, payload }) => {
  const text = hasOwn(table, stream) && isObject(payload) ? table[stream](payload) : null;
  return text === null ? null : `${stream} ${text}`;
};

const asked = ({ primes_below, text, seconds }) => JSON.stringify([primes_below, trimmed(text), seconds]);

/** Work that is first accepted, then done: two answers. */
const twice = object(
  frame => [`accepted ${asked(frame)}`, `done ${asked(frame)}`],
  frame => (frame.accepted ? `accepted ${asked(frame.accepted)}` : `done ${asked(frame)}`),
  LATER,
);

export const ANSWERS = {
  echo: same,
  class: same,
  streams: object(frame => [keyOf(STREAM_SENT, frame)], frame => keyOf(STREAM_HEARD, frame)),
  binding: object(
    ({ payload }) => [payload.request_id ?? payload.action],
    ({ payload }) => payload?.request_id ?? (payload?.action === 'sync' ? 'sync' : null),
  ),
  visitor: object(({ action }) => [action], frame => ('user' in frame ? 'who' : null)),
  ordered: { ...same, heard: data => parseFrame(data)?.text ?? null, isNumbered: true },
  background: twice,
  later: twice,
  news: object(({ news }) => [trimmed(news)], ({ news }) => trimmed(news) ?? null),
};
