import { useLayoutEffect, useRef } from 'react';

/** A ref that holds the last render's `value`, for effects and timers that are to outlive that render. */
export default function useLatest(value) {
  const latest = useRef(value);
  useLayoutEffect(() => { latest.current = value; });
  return latest;
}
