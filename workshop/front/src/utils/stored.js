/** What this tab keeps over a reload, for one visitor: `kind` is one of KINDS, `me` a username or null. */
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
    return null; // A browser that forbids storage.
  }
}

/** While the page is left by a logout: what changes on it meanwhile would be kept for who comes next. */
let isLeaving = false;

/** Without a text, nothing is kept. */
export function save(text, ...names) {
  try {
    if (text && !isLeaving) sessionStorage.setItem(keyOf(...names), text);
    else sessionStorage.removeItem(keyOf(...names));
  } catch {
    // Forbidden or full: the page itself still has it, only a reload would lose it.
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

/** Who logs out by the page's button leaves nothing behind for who comes next. */
export function forgetAtLogout() {
  document.addEventListener('submit', ({ target }) => {
    if (!isLogoutUrl(target.action)) return;
    isLeaving = true;
    forgetAll();
  });
  window.addEventListener('pageshow', () => { isLeaving = false; });
}
