import { useEffect, useRef, useState, useSyncExternalStore } from 'react';

/** [ref, seen]: whether what has the ref has ever been in sight; where nobody can tell, it has. */
export function useSeen() {
  const view = useRef(null);
  const [seen, setSeen] = useState(!('IntersectionObserver' in window));
  useEffect(() => {
    if (seen) return undefined;
    const observer = new IntersectionObserver(entries => {
      if (entries.some(({ isIntersecting }) => isIntersecting)) setSeen(true);
    });
    observer.observe(view.current);
    return () => observer.disconnect();
  }, [seen]);
  return [view, seen];
}

/** Whether the page is in sight, not behind another one. */
export function useLookedAt() {
  return useSyncExternalStore(onVisibility, () => document.visibilityState === 'visible');
}

function onVisibility(changed) {
  document.addEventListener('visibilitychange', changed);
  return () => document.removeEventListener('visibilitychange', changed);
}
