import { isObject } from '../frames';
import { LIMIT } from './outbox';

const keyOf = (room, me) => `chat-outbox:${me}:${room}`;

const asFailure = failure =>
  (isObject(failure) ? { code: String(failure.code), message: String(failure.message ?? '') } : null);

const isEntry = entry => isObject(entry) && typeof entry.id === 'string' && typeof entry.text === 'string';

/** What this tab had not got rid of when the page was left. */
export function loadOutbox(room, me) {
  try {
    const entries = JSON.parse(sessionStorage.getItem(keyOf(room, me)) ?? '[]');
    return entries.filter(isEntry).slice(0, LIMIT)
      .map(({ id, text, failure }) => ({ id, text, number: null, failure: asFailure(failure) }));
  } catch {
    return []; // A browser that forbids storage, or something else under our key: nothing is left to send.
  }
}

const draftKey = (room, me) => `chat-draft:${me}:${room}`;

/** What was being written in this tab. */
export function loadDraft(room, me) {
  try {
    return sessionStorage.getItem(draftKey(room, me)) ?? '';
  } catch {
    return '';
  }
}

export function saveDraft(room, me, draft) {
  try {
    if (draft) sessionStorage.setItem(draftKey(room, me), draft);
    else sessionStorage.removeItem(draftKey(room, me));
  } catch {
    // As below.
  }
}

export function saveOutbox(room, me, outbox) {
  const left = outbox.filter(({ number }) => number === null);
  try {
    if (left.length > 0) sessionStorage.setItem(keyOf(room, me), JSON.stringify(left));
    else sessionStorage.removeItem(keyOf(room, me));
  } catch {
    // Forbidden or full: the page itself still has them, only a reload would lose them.
  }
}
