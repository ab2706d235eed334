const NUMBERS_WITHIN = 300;
const GRACE = 1000;
const ASK_EVERY = 30000;

const jittered = milliseconds => milliseconds * (0.85 + Math.random() * 0.3);

/**
 * Decides when a page that follows numbered frames must ask the server.
 *
 * `onReady`: after an open, once the newest numbers are known, which show what was missed. A server
 * without numbers delays it only briefly.
 * `onGap`: when the same gap stays open longer than late frames take.
 * `onAsk`: every 30 seconds, and when the page becomes visible: losing a stream's last frame leaves no
 * gap.
 */
export default class Watch {
  constructor({ onReady, onGap, onAsk }) {
    Object.assign(this, { onReady, onGap, onAsk, opening: null, grace: null, asking: null, gaps: [] });
  }

  start() {
    document.addEventListener('visibilitychange', this._onVisible);
    this._askLater();
  }

  stop() {
    document.removeEventListener('visibilitychange', this._onVisible);
    [this.opening, this.grace, this.asking].forEach(clearTimeout);
  }

  opened() {
    clearTimeout(this.opening);
    this.opening = setTimeout(this._ready, NUMBERS_WITHIN);
  }

  /** Takes the current gaps, by name, and whether all numbers are known. */
  follow(gaps, known) {
    this.gaps = gaps;
    if (this.opening) {
      if (known) this._ready();
    } else if (gaps.length > 0 && !this.grace) {
      this.grace = setTimeout(this._judge, GRACE, gaps);
    }
  }

  _ready = () => {
    clearTimeout(this.opening);
    this.opening = null;
    this.onReady();
  };

  _judge = before => {
    this.grace = null;
    const stay = this.gaps.some(gap => before.includes(gap));
    if (stay) this.onGap();
    this.follow(this.gaps, true);
  };

  _askLater() {
    this.asking = setTimeout(this._ask, jittered(ASK_EVERY));
  }

  _ask = () => {
    clearTimeout(this.asking);
    this._askLater();
    this.onAsk();
  };

  _onVisible = () => {
    if (document.visibilityState === 'visible') this._ask();
  };
}
