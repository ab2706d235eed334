/**
 * The state of a room's page: { room, me, mayWrite, closed, ended, joined, users, typing, log, outbox,
 * privates, older }.
 *
 * `joined` says whether this socket has received its hello, `ended` whether the room was closed while the
 * page was open, `older` whether older messages are being requested. Every function returns the next state.
 */
import { isObject } from '../frames';
import * as logs from './log';
import * as outboxes from './outbox';
import { come, leave, listed, stopped, typed } from './people';
import { addPrivate } from './privates';

export function firstRoom(data, outbox = []) {
  return settled({
    room: data.room,
    me: data.me,
    mayWrite: data.may_write,
    closed: data.closed,
    ended: false,
    joined: false,
    users: [],
    typing: new Map(),
    log: logs.firstLog(data),
    outbox,
    privates: [],
    older: false,
  });
}

/** Drops from the outbox what the log now shows. */
const settled = room => ({ ...room, outbox: outboxes.settled(room.outbox, room.log, room.me) });

export const left = room => ({ ...room, joined: false, typing: new Map() });

export const setOutbox = (room, change, ...args) => ({ ...room, outbox: change(room.outbox, ...args) });

export const setLog = (room, change, ...args) => settled({ ...room, log: change(room.log, ...args) });

export const withoutTyping = (room, isOver) => ({ ...room, typing: stopped(room.typing, isOver) });

/** Unacknowledged messages never will be acknowledged. */
export function end(room) {
  const outbox = outboxes.refuseAll(room.outbox, { code: 'closed', message: '' });
  return { ...room, outbox, closed: true, ended: true, mayWrite: false, joined: false, users: [], typing: new Map() };
}

/** Only the visitor this page was rendered for may write from it, whoever is logged in now. */
function hello(room, { number, deletions, may_write, closed, me }) {
  const log = Number.isSafeInteger(number) ? logs.joined(room.log, number, deletions) : room.log;
  const mayWrite = may_write === true && me === room.me;
  const outbox = mayWrite ? outboxes.again(room.outbox, FORBIDDEN) : room.outbox;
  return { ...room, joined: true, mayWrite, closed: closed === true, log, outbox };
}

function message(room, frame) {
  const { typing } = withoutTyping(room, name => name === frame.user);
  return { ...room, typing, log: logs.add(room.log, [frame], room.me) };
}

function messageStored(room, { id, number }) {
  if (!Number.isSafeInteger(number)) return room;
  return { ...room, outbox: outboxes.stored(room.outbox, id, number), log: logs.know(room.log, number) };
}

function messages(room, frame) {
  if (Number.isSafeInteger(frame.after)) return { ...room, log: logs.addAnswer(room.log, frame, room.me) };
  return { ...room, log: logs.addOlder(logs.addReview(room.log, frame), frame) };
}

const heardPrivate = (room, fresh) => {
  const privates = addPrivate(room.privates, { ...fresh, after: logs.lastNumber(room.log) });
  const isNew = privates !== room.privates && fresh.way === 'from';
  return { ...room, privates, log: isNew ? { ...room.log, arrivals: room.log.arrivals + 1 } : room.log };
};

const privateMessage = (room, { user, message: text, timestamp, id = null }) =>
  heardPrivate(room, { way: 'from', name: user, message: text, timestamp, id });

const privateDelivered = (room, { target, message: text, id = null }, { at }) => heardPrivate(
  setOutbox(room, outboxes.drop, id),
  { way: 'to', name: target, message: text, timestamp: new Date(at).toISOString(), id },
);

const FORBIDDEN = 'forbidden';

/** Whether it is an error for an unknown or unauthorised sender. */
export const isForbidden = frame => frame.type === 'error' && frame.code === FORBIDDEN;

const PASSING = new Set(['rate_limited', 'unavailable', 'busy']);

/** Whether it is an error after which the same frame may be retried. */
export const isPassing = frame => frame.type === 'error' && PASSING.has(frame.code);

/** Transient errors are left to the retry; any other is a final answer. */
function error(room, frame) {
  if (isPassing(frame)) return room;
  const { code, message: text = '', id } = frame;
  const told = setOutbox(room, outboxes.refused, id, { code, message: text });
  return code === 'closed' ? { ...told, closed: true, mayWrite: false } : told;
}

const FRAMES = new Map(Object.entries({
  tester_message: hello,
  user_list: (room, { users }) => ({ ...room, users: listed(users) }),
  user_join: (room, { user }) => ({ ...room, users: come(room.users, user) }),
  user_leave: (room, { user }) => ({ ...room, users: leave(room.users, user) }),
  chat_message: message,
  message_stored: messageStored,
  message_deleted: (room, { numbers, deletions }) =>
    ({ ...room, log: logs.remove(room.log, [numbers].flat(), deletions) }),
  messages,
  private_message: privateMessage,
  private_message_delivered: privateDelivered,
  typing: (room, { user }, { at }) => (user === room.me ? room : { ...room, typing: typed(room.typing, user, at) }),
  room_closed: end,
  error,
}));

/** `at`: the current time. */
export function applyFrame(room, frame, { at }) {
  const apply = isObject(frame) && FRAMES.get(frame.type);
  return apply ? settled(apply(room, frame, { at })) : room;
}
