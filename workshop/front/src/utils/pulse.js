import Patience from './patience';
import Watch from './watch';

const QUIET = 20000;

/**
 * Asks over a socket when nothing has been heard for a while: a network that forgot the connection
 * closes nothing. A question without any answer makes a new socket.
 */
export default class Pulse {
  constructor(question) {
    Object.assign(this, { question, socket: null, heardAt: 0 });
    this.patience = new Patience(() => this.socket?.restart());
    this.watch = new Watch({ onGap: () => {}, onAsk: this._ask });
  }

  start() {
    this.watch.start();
  }

  stop() {
    this.watch.stop();
    this.closed();
  }

  /** `send(frame)` and `restart()` of the socket that is open now. */
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
    if (this.socket.send(this.question)) this.asked();
  }

  /** Something has been sent that the server answers. */
  asked() {
    if (this.socket) this.patience.asked();
  }

  _ask = () => {
    if (this.socket && Date.now() - this.heardAt >= QUIET) this.ask();
  };
}
