import { isObject } from '../frames';
import { DRAFT, load, OUTBOX, save } from '../stored';
import { LIMIT } from './outbox';

const asFailure = failure =>
  (isObject(failure) ? { code: String(failure.code), message: String(failure.message ?? '') } : null);

const asName = to => (typeof to === 'string' && to !== '' ? to : null);

const isEntry = entry => isObject(entry) && typeof entry.id === 'string' && typeof entry.text === 'string';

/** Unsent messages that this tab kept when the page was left. */
export function loadOutbox(room, me) {
  try {
    const entries = JSON.parse(load(OUTBOX, me, room) ?? '[]');
    return entries.filter(isEntry).slice(0, LIMIT)
      .map(({ id, text, to, failure }) => ({ id, text, to: asName(to), number: null, failure: asFailure(failure) }));
  } catch {
    return []; // Not an outbox: there is nothing to send.
  }
}

export function saveOutbox(room, me, outbox) {
  const left = outbox.filter(({ number }) => number === null);
  save(left.length > 0 && JSON.stringify(left), OUTBOX, me, room);
}

/** The draft that this tab kept. */
export const loadDraft = (room, me) => load(DRAFT, me, room) ?? '';

export const saveDraft = (room, me, draft) => save(draft, DRAFT, me, room);

export const hasDraft = (room, me) => loadDraft(room, me).trim() !== '';

/** The draft's addressee, or null. */
export const loadAddressee = (room, me) => load(DRAFT, me, room, 'to');

export const saveAddressee = (room, me, to) => save(to, DRAFT, me, room, 'to');
