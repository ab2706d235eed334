import { backoff } from './backoff';

const LIMIT = 20000;
const RETRY_AFTER = 5000;

/**
 * Runs `get(signal)`, one at a time, with a timeout, and retries after a failure. A new `load` aborts the
 * one in flight.
 */
export default class Loader {
  constructor({ get, onStart, onAnswer, onFailure }) {
    Object.assign(this, { get, onStart, onAnswer, onFailure, failures: 0, current: null, timer: null });
  }

  load = () => {
    this.stop();
    const controller = new AbortController();
    this.current = controller;
    this.timer = setTimeout(() => this._failed(controller), LIMIT);
    this.onStart();
    this.get(controller.signal).then(
      answer => this._answered(controller, answer),
      () => this._failed(controller),
    );
  };

  /** Loads after a random delay, because every open page received the same frame. */
  soon() {
    if (!this.timer) this.timer = setTimeout(this.load, backoff(0));
  }

  /** Whether a load is in flight or scheduled. */
  get isBusy() {
    return this.current !== null || this.timer !== null;
  }

  stop() {
    clearTimeout(this.timer);
    this.timer = null;
    this.current?.abort();
    this.current = null;
  }

  _answered(controller, answer) {
    if (this.current !== controller) return;
    this.stop();
    this.failures = 0;
    this.onAnswer(answer);
  }

  _failed(controller) {
    if (this.current !== controller) return;
    this.stop();
    this.timer = setTimeout(this.load, RETRY_AFTER + backoff(this.failures));
    this.failures += 1;
    this.onFailure();
  }
}
