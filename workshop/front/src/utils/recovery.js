const ANSWERED_WITHIN = 5000;

/**
 * Requests the frames that a page has missed, before the page resorts to fetching all rows.
 *
 * `send(frame)` is the socket's. `onFailure()` is called if the server no longer has them or doesn't answer.
 */
export default class Recovery {
  constructor({ send, onFailure }) {
    Object.assign(this, { send, onFailure, waiting: new Set(), inVain: new Map(), timer: null });
  }

  /** The socket has opened or closed. */
  reset() {
    this._end();
    this.inVain.clear();
  }

  /** Whether what is `missing` (see sequences.js) is being requested; on one socket, never the same twice. */
  ask(missing) {
    if (this.timer) return true;
    const streams = Object.entries(missing);
    if (streams.length === 0 || !streams.every(this._isNew)) return false;
    this.timer = setTimeout(this._fail, ANSWERED_WITHIN);
    streams.forEach(this._askFor);
    return true;
  }

  heard({ stream, payload }) {
    if (!this.waiting.has(stream)) return;
    if (payload?.action === 'sync') this._fail();
    if (payload?.action === 'recovered') this._answered(stream);
  }

  _isNew = ([stream, { after }]) => Number.isSafeInteger(after) && this.inVain.get(stream) !== after;

  _askFor = ([stream, { after, known }]) => {
    this.waiting.add(stream);
    this.inVain.set(stream, after);
    this.send({ stream, payload: { action: 'sync', after, known } });
  };

  _answered(stream) {
    this.waiting.delete(stream);
    if (this.waiting.size === 0) this._end();
  }

  _end() {
    clearTimeout(this.timer);
    this.timer = null;
    this.waiting.clear();
  }

  _fail = () => {
    this._end();
    this.onFailure();
  };
}
