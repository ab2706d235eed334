import { useCallback, useReducer } from 'react';

export const MAX_TOASTS = 4;

function reducer({ toasts, id }, { text, dismissed }) {
  if (dismissed !== undefined) return { toasts: toasts.filter(toast => toast.id !== dismissed), id };
  return { toasts: [...toasts, { id, text }].slice(-MAX_TOASTS), id: id + 1 };
}

/** [toasts, show(text), dismiss(id)]; the oldest goes when there are too many. */
export default function useToasts() {
  const [{ toasts }, dispatch] = useReducer(reducer, { toasts: [], id: 0 });
  const show = useCallback(text => dispatch({ text }), []);
  const dismiss = useCallback(dismissed => dispatch({ dismissed }), []);
  return [toasts, show, dismiss];
}
