/** Notices that follow the visitor around the site. They may arrive over any of the page's sockets; its bell shows them. */
import { hasOwn, isObject } from './frames';
import { t } from './i18n';
import { LOGINS, MENTIONS, PRIVATES } from './notifications';

export const LOGIN = 'login';
export const PRIVATE = 'private';
const KIND_OF = { [LOGIN]: LOGINS, [PRIVATE]: PRIVATES, mention: MENTIONS };
const KEY = { [LOGIN]: 'userLoggedIn', [PRIVATE]: 'privateNotice', mention: 'mentionNotice' };

const bells = new Set();

/** Calls `tell(notice)` for each notice; returns a function that unsubscribes. */
export function onNotice(tell) {
  bells.add(tell);
  return () => bells.delete(tell);
}

/** Passes a notice to the page's bell; returns whether there is one. */
export function tellNotice(notice) {
  bells.forEach(tell => tell(notice));
  return bells.size > 0;
}

/** Whether a frame is a notice; passes it on if so. */
export function hearNotice({ notice }) {
  if (notice === undefined) return false;
  if (isObject(notice) && hasOwn(KIND_OF, notice.kind) && typeof notice.user === 'string') tellNotice(notice);
  return true;
}

export const kindOf = ({ kind }) => KIND_OF[kind];

export const textOf = ({ kind, user, room }) => t(KEY[kind], { name: user, room: `#${room}` });

/** A notice's key, the same in every window. */
export const keyOf = ({ kind, user, room, id, timestamp }) => [kind, user, room, id ?? timestamp].join(' ');
