/**
 * One request after another: the next one leaves when the one before it was answered.
 *
 * `next()` is the frame that is due, or null; `send(frame)` says whether it left. What isn't answered
 * within so many milliseconds is due again, after `onSilence()`.
 */
export default class Exchange {
  constructor({ next, send, within, onSilence }) {
    Object.assign(this, { next, send, within, onSilence, current: null, timer: null });
  }

  go() {
    if (this.timer) return;
    const frame = this.next();
    if (!frame || !this.send(frame)) return;
    this.current = frame;
    this.timer = setTimeout(this._unanswered, this.within);
  }

  answered() {
    this.stop();
    this.go();
  }

  /** The server wants the request later. */
  pause(seconds) {
    this.stop();
    this.timer = setTimeout(() => this.answered(), 1000 * (seconds > 0 ? seconds : 1));
  }

  /** The socket is gone, and with it the answer. */
  stop() {
    clearTimeout(this.timer);
    this.timer = null;
    this.current = null;
  }

  _unanswered = () => {
    this.stop();
    this.onSilence();
    this.go();
  };
}
