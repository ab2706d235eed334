/** The server's close code when it restarts: come back, to another one maybe. */
export const RESTARTED = 1012;

const SPREAD = /^spread=(\d+(?:\.\d+)?)$/;
const MOST = 60;

/** Milliseconds within which a page comes back that was closed so, or null where the server doesn't say. */
export function spreadOf({ code, reason }) {
  const said = code === RESTARTED ? SPREAD.exec(reason) : null;
  return said && Math.min(Number(said[1]), MOST) * 1000;
}
