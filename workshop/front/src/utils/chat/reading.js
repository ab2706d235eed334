/** The minimum interval between two reports of the read position while the page is visible, in milliseconds. */
export const EVERY = 30000;

/**
 * Reports the visitor's read position: the first time at once, then at most every 30 seconds, and when the page
 * is hidden. Each report costs the server a write, for every reader of a busy room.
 *
 * `read`: the position the server has, or null. `send(frame)` says whether the frame was sent.
 */
export default class Reading {
  constructor({ read, send }) {
    const known = read ?? -1;
    Object.assign(this, { send, seen: known, told: known, confirmed: known, timer: null });
  }

  /** The visitor has seen everything up to this number. */
  saw(number) {
    this.seen = Math.max(this.seen, number);
    this._go();
  }

  /** The server has confirmed this position. */
  heard(number) {
    this.confirmed = Math.max(this.confirmed, number);
    this.told = Math.max(this.told, number);
  }

  /** A new socket: what the last one reported may have been lost. */
  joined() {
    this.told = this.confirmed;
    this.flush();
  }

  flush() {
    this.stop();
    this._go();
  }

  stop() {
    clearTimeout(this.timer);
    this.timer = null;
  }

  _go() {
    if (this.timer || this.seen <= this.told) return;
    if (!this.send({ action: 'read', number: this.seen })) return;
    this.told = this.seen;
    this.timer = setTimeout(() => this.flush(), EVERY);
  }
}
