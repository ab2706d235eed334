import { useLayoutEffect, useRef, useState } from 'react';

import { candidates, completed, mentionAt } from '../../utils/chat/mentions';

const STEPS = { ArrowDown: 1, ArrowUp: -1 };

const isSameQuery = (a, b) => a?.from === b?.from && a?.query === b?.query;

/**
 * Autocompletion of “@…” in a text field: { names, active, look, choose, onKey, close }.
 *
 * Call `look(field)` whenever the text or the caret changes; `onKey(event)` returns whether it handled the key.
 */
export default function useMentions({ users, me, draft, inputRef, onType }) {
  const [found, setFound] = useState(null);
  const caret = useRef(null);
  const names = found ? candidates(users, found.query, me) : [];
  const active = Math.min(found?.active ?? 0, names.length - 1);

  useLayoutEffect(() => {
    if (caret.current === null) return;
    inputRef.current.setSelectionRange(caret.current, caret.current);
    caret.current = null;
  });

  const close = () => setFound(null);

  const look = ({ value, selectionStart }) => {
    const at = mentionAt(value, selectionStart);
    setFound(old => at && { ...at, caret: selectionStart, active: isSameQuery(old, at) ? old.active : 0 });
  };

  const choose = name => {
    const done = completed(draft, found.caret, found.from, name);
    caret.current = done.caret;
    close();
    onType(done.text);
  };

  const step = by => setFound({ ...found, active: (active + by + names.length) % names.length });

  const onKey = ({ key, shiftKey }) => {
    if (names.length === 0 || shiftKey) return false;
    if (key in STEPS) step(STEPS[key]);
    else if (key === 'Enter' || key === 'Tab') choose(names[active]);
    else if (key === 'Escape') close();
    else return false;
    return true;
  };

  return { names, active, look, choose, onKey, close };
}
