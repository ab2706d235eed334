/** What this tab keeps over a reload, per visitor: `kind` is one of KINDS, `me` a username or null. */
import { isLogoutUrl } from './urls';

export const OUTBOX = 'chat-outbox';
export const DRAFT = 'chat-draft';
export const LINKS = 'links-drafts';
const KINDS = [OUTBOX, DRAFT, LINKS];

const keyOf = (kind, me, ...more) => [kind, me ?? '', ...more].join(':');

/** The text, or null. */
export function load(...names) {
  try {
    return sessionStorage.getItem(keyOf(...names));
  } catch {
    return null; // The browser blocks storage.
  }
}

/** True while a logout leaves the page: later changes must not be kept for the next visitor. */
let isLeaving = false;

/** Stores the text; removes the entry if it is empty. */
export function save(text, ...names) {
  try {
    if (text && !isLeaving) sessionStorage.setItem(keyOf(...names), text);
    else sessionStorage.removeItem(keyOf(...names));
  } catch {
    // Blocked or full: only a reload would lose it.
  }
}

function forgetAll() {
  try {
    const isOurs = key => KINDS.some(kind => key.startsWith(`${kind}:`));
    Object.keys(sessionStorage).filter(isOurs).forEach(key => sessionStorage.removeItem(key));
  } catch {
    // As above.
  }
}

/** Clears everything when the visitor logs out with the page's button: nothing is left for the next one. */
export function forgetAtLogout() {
  document.addEventListener('submit', ({ target }) => {
    if (!isLogoutUrl(target.action)) return;
    isLeaving = true;
    forgetAll();
  });
  window.addEventListener('pageshow', () => { isLeaving = false; });
}
