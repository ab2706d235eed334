/** The close code of a server that is restarting: reconnect, possibly to another one. */
export const RESTARTED = 1012;

const SPREAD = /^spread=(\d+(?:\.\d+)?)$/;
const MOST = 60;

/** The milliseconds over which pages spread their reconnects, or null if the server doesn't say. */
export function spreadOf({ code, reason }) {
  const said = code === RESTARTED ? SPREAD.exec(reason) : null;
  return said && Math.min(Number(said[1]), MOST) * 1000;
}
