import { backoff } from './backoff';

const LIMIT = 20000;
const RETRY_AFTER = 5000;

/**
 * Runs `get(signal)` one at a time, gives it up after a while and tries again after a failure.
 *
 * An answer may be older than a frame that came while it was under way: `hold` keeps those frames
 * and `onAnswer(answer, frames)` gets them. A new `load` drops the one before it.
 */
export default class Loader {
  constructor({ get, onStart, onAnswer, onFailure }) {
    Object.assign(this, { get, onStart, onAnswer, onFailure, failures: 0, current: null, timer: null });
  }

  load = () => {
    this.stop();
    const controller = new AbortController();
    const held = [];
    this.current = { controller, held };
    this.timer = setTimeout(() => this._failed(controller), LIMIT);
    this.onStart();
    this.get(controller.signal).then(
      answer => this._answered(controller, answer, held),
      () => this._failed(controller),
    );
  };

  /** A load before long: every open page heard the same frame, so they don't all ask at once. */
  soon() {
    if (!this.timer) this.timer = setTimeout(this.load, backoff(0));
  }

  hold(frame) {
    this.current?.held.push(frame);
  }

  stop() {
    clearTimeout(this.timer);
    this.timer = null;
    this.current?.controller.abort();
    this.current = null;
  }

  _isCurrent(controller) {
    return this.current?.controller === controller;
  }

  _answered(controller, answer, held) {
    if (!this._isCurrent(controller)) return;
    this.stop();
    this.failures = 0;
    this.onAnswer(answer, held);
  }

  _failed(controller) {
    if (!this._isCurrent(controller)) return;
    this.stop();
    this.timer = setTimeout(this.load, RETRY_AFTER + backoff(this.failures));
    this.failures += 1;
    this.onFailure();
  }
}
