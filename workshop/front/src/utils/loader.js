import { backoff } from './backoff';

const LIMIT = 20000;
const RETRY_AFTER = 5000;

/**
 * Runs `get(signal)` one at a time, gives it up after a while and tries again after a failure.
 * A new `load` drops the one before it.
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

  /** A load before long: every open page heard the same frame, so they don't all ask at once. */
  soon() {
    if (!this.timer) this.timer = setTimeout(this.load, backoff(0));
  }

  /** Whether rows are on their way, or will be asked for. */
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
