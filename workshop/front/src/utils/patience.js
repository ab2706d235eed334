/**
 * How long a question waits on a socket that looks open. Whatever is heard shows that the other end
 * is there; if nothing is, `onOver()` is called after `within` milliseconds.
 */
export default class Patience {
  constructor(onOver, within) {
    Object.assign(this, { onOver, within, timer: null });
  }

  asked() {
    if (!this.timer) this.timer = setTimeout(this._over, this.within);
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
