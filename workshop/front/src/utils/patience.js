/**
 * The timeout of a question on a socket that looks open. Any frame shows that the connection is alive;
 * if none arrives within `within` milliseconds, `onOver()` is called.
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
