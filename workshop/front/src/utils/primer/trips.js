import { isObject, parseFrame } from '../frames';

const MOST = 50;

/**
 * Round-trip times in milliseconds, where they can be measured.
 *
 * A sent frame is identified by the keys of its possible answers. A frame that no request here awaits
 * is unsolicited or somebody else's: null. A request expires after `patience` milliseconds, because its
 * answer may be lost and somebody else may send the same text.
 */
export default class Trips {
  constructor(patience) {
    Object.assign(this, { patience, trips: [] });
  }

  sent(keys) {
    this._expire();
    this.trips = [...this.trips, { at: performance.now(), keys, answered: false }].slice(-MOST);
  }

  /** `key` null: not an answer. */
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

  /** Errors name no request: with several open ones, it is unknown which of them an error answers. */
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

/** Every path of the primer answers this to the sender only, without side effects. */
export const QUESTION = '';

const TO_QUESTION = ['empty', 'bad_json'];

/** Whether a frame is the answer to QUESTION. */
export const isToQuestion = data => data === QUESTION || TO_QUESTION.includes(errorIn(data)?.code);

/** The error in a frame's text, or null: { code, message, retry_after? }. */
export function errorIn(text) {
  const frame = typeof text === 'string' ? parseFrame(text) : null;
  return isObject(frame?.error) ? frame.error : null;
}
