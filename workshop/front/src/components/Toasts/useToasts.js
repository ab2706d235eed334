import { useCallback, useReducer } from 'react';

export const MAX_TOASTS = 4;

function reducer({ toasts, id }, { text, action, dismissed }) {
  if (dismissed !== undefined) return { toasts: toasts.filter(toast => toast.id !== dismissed), id };
  return { toasts: [...toasts, { id, text, action }].slice(-MAX_TOASTS), id: id + 1 };
}

/** [toasts, show(text, action), dismiss(id)]: an action is { text, onClick } or, for a link, { text, url }. Oldest go first. */
export default function useToasts() {
  const [{ toasts }, dispatch] = useReducer(reducer, { toasts: [], id: 0 });
  const show = useCallback((text, action) => dispatch({ text, action }), []);
  const dismiss = useCallback(dismissed => dispatch({ dismissed }), []);
  return [toasts, show, dismiss];
}
