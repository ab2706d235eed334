import Patience from './patience';

const QUICK = { every: 15000, quiet: 10000, within: 10000 };
/** For a page with many sockets. */
export const SLOW = { every: 30000, quiet: 20000, within: 20000 };

const jittered = milliseconds => milliseconds * (0.85 + Math.random() * 0.3);

/**
 * A heartbeat for idle sockets: a network that drops a connection doesn't close it. If no answer
 * arrives, the socket is replaced.
 *
 * `question` also recovers lost frames; it alternates with `beat`, which is cheaper for the server. In
 * milliseconds: `every` is the interval between checks, `quiet` the idle time, `within` the timeout.
 */
export default class Pulse {
  constructor(question, beat = question, { every, quiet, within } = QUICK) {
    Object.assign(this, { next: beat, after: question, question, every, quiet, socket: null, heardAt: 0, timer: null });
    this.patience = new Patience(() => this.socket?.restart(), within);
  }

  start() {
    document.addEventListener('visibilitychange', this._onVisible);
    this._beatLater();
  }

  stop() {
    document.removeEventListener('visibilitychange', this._onVisible);
    clearTimeout(this.timer);
    this.closed();
  }

  /** `send(frame)` and `restart()` of the socket that has just opened. */
  opened(send, restart) {
    this.closed();
    this.socket = { send, restart };
    this.heardAt = Date.now();
  }

  closed() {
    this.socket = null;
    this.patience.heard();
  }

  heard() {
    this.heardAt = Date.now();
    this.patience.heard();
  }

  ask() {
    this._say(this.question);
  }

  /** A frame that the server answers has been sent. */
  asked() {
    if (this.socket) this.patience.asked();
  }

  _say(frame) {
    if (this.socket.send(frame)) this.asked();
  }

  _isQuiet = () => this.socket && Date.now() - this.heardAt >= this.quiet;

  _beatLater() {
    this.timer = setTimeout(this._beat, jittered(this.every));
  }

  _beat = () => {
    this._beatLater();
    if (!this._isQuiet()) return;
    this._say(this.next);
    [this.next, this.after] = [this.after, this.next];
  };

  _onVisible = () => {
    if (document.visibilityState === 'visible' && this._isQuiet()) this.ask();
  };
}
