/**
 * Notifications: which kinds the visitor wants, and that each is shown once.
 *
 * A visible window shows notices in the page; while there is one, no other window of the site shows a
 * notification, and of several hidden windows only one does. Windows coordinate through the Web Locks API. Without
 * it, or outside a secure context, there are only the tags, by which notifications replace each other.
 */
import { useEffect } from 'react';

export const LOGINS = 'logins';
export const PRIVATES = 'privates';
export const MENTIONS = 'mentions';
export const KINDS = [LOGINS, PRIVATES, MENTIONS];

const ONCE_WITHIN = 5000;

/** 'granted', 'denied', 'default' (not asked yet) or 'missing'. */
export const permission = () => ('Notification' in window ? Notification.permission : 'missing');

const keyOf = kind => `notify:${kind}`;

export function isWanted(kind) {
  try {
    return localStorage.getItem(keyOf(kind)) !== 'no';
  } catch {
    return true; // The browser blocks storage.
  }
}

export function want(kind, isOn) {
  try {
    if (isOn) localStorage.removeItem(keyOf(kind));
    else localStorage.setItem(keyOf(kind), 'no');
  } catch {
    // As above: the choice isn't kept.
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
 * Shows a notice: by `inPage()` if the window is visible or notifications aren't granted, otherwise as one
 * notification. `id` is the same in every window. Resolves to whether it was left to another, visible window.
 */
export async function tell(id, text, options, inPage) {
  if (document.hidden && await isToldElsewhere()) return true;
  if (!document.hidden || permission() !== 'granted') inPage();
  else if (navigator.locks) once(id, () => popUp(text, options));
  else popUp(text, options);
  return false;
}

/** Marks this window as showing notices in the page, while it is visible. */
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
