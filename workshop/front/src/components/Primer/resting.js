import { useEffect, useState } from 'react';

export const TOO_OFTEN = 4429;

const UNSAID = 10;
const MOST = 60;

/** [seconds, rest(retryAfter)]: how long the server wants the client to stay away; 0 once that is over. */
export function useRest() {
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    if (seconds === 0) return undefined;
    const timer = setTimeout(() => setSeconds(0), seconds * 1000);
    return () => clearTimeout(timer);
  }, [seconds]);
  return [seconds, retryAfter => setSeconds(retryAfter > 0 ? Math.min(Math.ceil(retryAfter), MOST) : UNSAID)];
}
