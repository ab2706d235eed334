const FIRST = 1000;
const CAP = 20000;

/** Milliseconds before the next try: "full jitter", so that browsers that lost one server come back spread out. */
export function backoff(failures) {
  return Math.random() * Math.min(CAP, FIRST * 2 ** failures);
}
