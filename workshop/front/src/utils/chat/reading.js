/** How often the server is told at most how far the visitor has read, while the page is in sight. */
export const EVERY = 30000;

/**
 * Tells the server how far the visitor has read: at once when there is something to tell for the first time, then at
 * most every 30 seconds, and when the page goes out of sight. Each telling is a write, of every reader of a busy room.
 *
 * `read`: what the server has, or null. `send(frame)` says whether the frame left.
 */
export default class Reading {
  constructor({ read, send }) {
    const known = read ?? -1;
    Object.assign(this, { send, seen: known, told: known, confirmed: known, timer: null });
  }

  /** The visitor has everything up to this number in sight. */
  saw(number) {
    this.seen = Math.max(this.seen, number);
    this._go();
  }

  /** The server has it. */
  heard(number) {
    this.confirmed = Math.max(this.confirmed, number);
    this.told = Math.max(this.told, number);
  }

  /** A new socket: what was told by the one before may have been lost. */
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
