/**
 * Notifications: of what the visitor wants to be told, and that a thing is told once.
 *
 * A window that is looked at tells in itself; while one does, no other window of the site pops anything up, and of
 * several that nobody looks at, one does. Windows know of each other by the browser's locks; one without them, or
 * without a secure context, has only the tags, by which notifications replace each other.
 */
import { useEffect } from 'react';

export const LOGINS = 'logins';
export const PRIVATES = 'privates';
export const MENTIONS = 'mentions';
export const KINDS = [LOGINS, PRIVATES, MENTIONS];

const ONCE_WITHIN = 5000;

/** 'granted', 'denied', 'default' (nobody has been asked), or 'missing'. */
export const permission = () => ('Notification' in window ? Notification.permission : 'missing');

const keyOf = kind => `notify:${kind}`;

export function isWanted(kind) {
  try {
    return localStorage.getItem(keyOf(kind)) !== 'no';
  } catch {
    return true; // A browser that forbids storage.
  }
}

export function want(kind, isOn) {
  try {
    if (isOn) localStorage.removeItem(keyOf(kind));
    else localStorage.setItem(keyOf(kind), 'no');
  } catch {
    // As above: until the page is left, nothing has changed.
  }
}

const TELLS = 'workshop-tells';

async function isToldElsewhere() {
  const { held } = await navigator.locks?.query() ?? { held: [] };
  return held.some(({ name }) => name === TELLS);
}

const pause = milliseconds => new Promise(resolve => { setTimeout(resolve, milliseconds); });

function once(id, act) {
  return navigator.locks.request(`workshop-popup-${id}`, { ifAvailable: true }, lock => {
    if (!lock) return undefined;
    act();
    return pause(ONCE_WITHIN);
  });
}

function popUp(text, options) {
  try {
    const notification = new Notification(text, options);
    notification.onclick = () => window.focus();
  } catch {
    // Chromium on Android has the constructor and throws: only service workers may notify there.
  }
}

/**
 * Tells something: by `inPage()` where the window is looked at or nothing may pop up, else by one notification.
 * `id` is what all windows that hear of it call it. Promises whether it was left to another window, which is looked at.
 */
export async function tell(id, text, options, inPage) {
  if (document.hidden && await isToldElsewhere()) return true;
  if (!document.hidden || permission() !== 'granted') inPage();
  else if (navigator.locks) once(id, () => popUp(text, options));
  else popUp(text, options);
  return false;
}

/** This window tells things in itself, while it is looked at. */
export function useTells() {
  useEffect(() => {
    if (!navigator.locks) return undefined;
    let release = null;
    const leave = () => {
      release?.();
      release = null;
    };
    const follow = () => {
      if (document.hidden) leave();
      else if (!release) {
        const held = new Promise(resolve => { release = resolve; });
        navigator.locks.request(TELLS, { mode: 'shared' }, () => held);
      }
    };
    follow();
    document.addEventListener('visibilitychange', follow);
    return () => {
      document.removeEventListener('visibilitychange', follow);
      leave();
    };
  }, []);
}
