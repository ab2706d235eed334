/** What the visitor is told wherever on the site they are. Whichever socket of the page brings it, the page's bell tells it. */
import { hasOwn, isObject } from './frames';
import { t } from './i18n';
import { LOGINS, MENTIONS, PRIVATES } from './notifications';

export const LOGIN = 'login';
export const PRIVATE = 'private';
const KIND_OF = { [LOGIN]: LOGINS, [PRIVATE]: PRIVATES, mention: MENTIONS };
const KEY = { [LOGIN]: 'userLoggedIn', [PRIVATE]: 'privateNotice', mention: 'mentionNotice' };

const bells = new Set();

/** `tell(notice)` is called with each; returns a function that ends it. */
export function onNotice(tell) {
  bells.add(tell);
  return () => bells.delete(tell);
}

/** Whether the page has a bell. */
export function tellNotice(notice) {
  bells.forEach(tell => tell(notice));
  return bells.size > 0;
}

/** Whether a frame is a notice, which then is told. */
export function hearNotice({ notice }) {
  if (notice === undefined) return false;
  if (isObject(notice) && hasOwn(KIND_OF, notice.kind) && typeof notice.user === 'string') tellNotice(notice);
  return true;
}

export const kindOf = ({ kind }) => KIND_OF[kind];

export const textOf = ({ kind, user, room }) => t(KEY[kind], { name: user, room: `#${room}` });

/** What all windows call it. */
export const keyOf = ({ kind, user, room, id, timestamp }) => [kind, user, room, id ?? timestamp].join(' ');
