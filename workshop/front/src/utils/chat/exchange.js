/**
 * One request at a time: the next is sent once the last has been answered.
 *
 * `next()` is the frame that is due, or null; `send(frame)` says whether it was sent. A request still
 * unanswered after `within` milliseconds calls `onSilence()` and is due again.
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

  /** The server has asked for a retry later. */
  pause(seconds) {
    this.stop();
    this.timer = setTimeout(() => this.answered(), 1000 * (seconds > 0 ? seconds : 1));
  }

  /** The socket has closed; no answer will arrive. */
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
