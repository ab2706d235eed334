import { backoff } from '../backoff';
import { parseFrame } from '../frames';
import { get } from './http';

const LIMIT = 40000; // The server answers within 25 seconds.
const APART = 1000;
const MOST_WAIT = 60000;

/**
 * Long polling: requests what is newer than `after`, waits for the response, and repeats. There is never
 * more than one request in flight, nor more than one a second. It backs off after a refusal or failure,
 * even if stopped and started meanwhile.
 *
 * Calls `onAsk(path)`, `onAnswer({ status, text, took })`, then `onPause(milliseconds)` until the next one.
 */
export default class Poll {
  constructor({ path, after, onAsk, onAnswer, onPause }) {
    Object.assign(this, { path, after, onAsk, onAnswer, onPause, failures: 0, current: null, timer: null, due: 0 });
  }

  start() {
    this.stop();
    this._askWhenDue();
  }

  stop() {
    clearTimeout(this.timer);
    this.current?.abort();
    this.current = null;
  }

  _ask = async () => {
    const controller = new AbortController();
    this.current = controller;
    const path = `${this.path}?after=${this.after}`;
    this.onAsk(path);
    const begun = performance.now();
    this.due = begun + APART;
    const answer = await get(path, { signal: controller.signal, limit: LIMIT });
    if (this.current !== controller) return;
    const now = performance.now();
    this.onAnswer({ ...answer, took: now - begun });
    if (!this._read(answer)) this.due = now + this._pause(answer);
    this._askWhenDue();
  };

  _askWhenDue() {
    const wait = Math.max(this.due - performance.now(), 0);
    this.timer = setTimeout(this._ask, wait);
    this.onPause(wait);
  }

  /** Whether the response is valid; takes the new number from it. */
  _read({ status, text }) {
    const number = status === 200 ? parseFrame(text)?.number : null;
    if (Number.isSafeInteger(number)) this.after = number;
    else if (status !== 204) return false;
    this.failures = 0;
    return true;
  }

  _pause({ retryAfter }) {
    this.failures += 1;
    const least = Math.min((retryAfter ?? 0) * 1000, MOST_WAIT);
    return Math.max(least, APART) + backoff(this.failures);
  }
}
