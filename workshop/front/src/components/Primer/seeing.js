import { useEffect, useRef, useState, useSyncExternalStore } from 'react';

/** [ref, seen]: whether the ref's element has ever been visible; always true without IntersectionObserver. */
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

/** Whether the page is visible. */
export function useLookedAt() {
  return useSyncExternalStore(onVisibility, () => document.visibilityState === 'visible');
}

function onVisibility(changed) {
  document.addEventListener('visibilitychange', changed);
  return () => document.removeEventListener('visibilitychange', changed);
}
