import { useLayoutEffect, useRef } from 'react';

/** A ref to `value` as of the last render, for effects and timers that outlive a render. */
export default function useLatest(value) {
  const latest = useRef(value);
  useLayoutEffect(() => { latest.current = value; });
  return latest;
}
