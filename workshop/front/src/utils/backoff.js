const FIRST = 1000;
const CAP = 20000;

/** Milliseconds before the next retry. Full jitter: clients that lost the same server reconnect spread out. */
export function backoff(failures) {
  return Math.random() * Math.min(CAP, FIRST * 2 ** failures);
}
