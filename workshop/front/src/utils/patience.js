const ANSWERED_WITHIN = 20000;

/**
 * How long a question waits on a socket that looks open. Whatever is heard shows that the other end
 * is there; if nothing is, `onOver()` is called.
 */
export default class Patience {
  constructor(onOver) {
    Object.assign(this, { onOver, timer: null });
  }

  asked() {
    if (!this.timer) this.timer = setTimeout(this._over, ANSWERED_WITHIN);
  }

  heard() {
    clearTimeout(this.timer);
    this.timer = null;
  }

  _over = () => {
    this.timer = null;
    this.onOver();
  };
}
