import { isObject, parseFrame } from '../frames';

const MOST = 50;

/**
 * How long answers took, in milliseconds, where that can be known.
 *
 * A frame that was sent is known by the keys of the answers that it may get. What nobody here waits
 * for is somebody else's, or comes unasked: null. A question waits for at most `patience`
 * milliseconds, since its answer may be lost and the same text come from somebody else.
 */
export default class Trips {
  constructor(patience) {
    Object.assign(this, { patience, trips: [] });
  }

  sent(keys) {
    this._expire();
    this.trips = [...this.trips, { at: performance.now(), keys, answered: false }].slice(-MOST);
  }

  /** `key` null: this is no answer. */
  heard(key) {
    this._expire();
    if (key === null) return null;
    const trip = this.trips.find(({ keys }) => keys.includes(key));
    if (!trip) return null;
    this._replace(trip, { ...trip, answered: true, keys: trip.keys.filter(other => other !== key) });
    return performance.now() - trip.at;
  }

  isWaiting() {
    this._expire();
    return this._open().length > 0;
  }

  /** An error names no question: with more than one under way nobody knows which of them it answers. */
  refused() {
    const open = this._open();
    this.trips = this.trips.filter(({ answered }) => answered);
    return open.length === 1 ? performance.now() - open[0].at : null;
  }

  clear() {
    this.trips = [];
  }

  _open() {
    return this.trips.filter(({ answered }) => !answered);
  }

  _replace(trip, next) {
    this.trips = this.trips.map(other => (other === trip ? next : other)).filter(({ keys }) => keys.length > 0);
  }

  _expire() {
    const since = performance.now() - this.patience;
    this.trips = this.trips.filter(({ at }) => at > since);
  }
}

/** What every path of the primer answers, its sender only, and does nothing else for. */
export const QUESTION = '';

const TO_QUESTION = ['empty', 'bad_json'];

/** Whether a frame is the answer to QUESTION. */
export const isToQuestion = data => data === QUESTION || TO_QUESTION.includes(errorIn(data)?.code);

/** The error that a frame's text tells, or null: { code, message, retry_after? }. */
export function errorIn(text) {
  const frame = typeof text === 'string' ? parseFrame(text) : null;
  return isObject(frame?.error) ? frame.error : null;
}
