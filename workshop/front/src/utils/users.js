/**
 * The rows of the users page: { users, since }.
 *
 * `since` holds the frames received since the list was requested, because the answer may be older. `seen_at`
 * is when a user was last seen: the server's time or, if it gives none, the time at which they left.
 */
import { isObject } from './frames';

const STATES = ['is_logged_in', 'is_online'];

const known = row => STATES.filter(state => typeof row[state] === 'boolean');

/** A row of the list has both states or, from an older server, only the first; a frame has one of them. */
const isChange = row =>
  isObject(row) && typeof row.username === 'string' && row.username !== '' && known(row).length > 0;

const isPresence = row => isChange(row) && typeof row.is_logged_in === 'boolean';

const seenIn = ({ last_seen }) => {
  const seen_at = typeof last_seen === 'string' ? Date.parse(last_seen) : NaN;
  return Number.isNaN(seen_at) ? {} : { seen_at };
};

const pick = row => ({ ...Object.fromEntries(['username', ...known(row)].map(key => [key, row[key]])), ...seenIn(row) });

const sorted = users => users.sort((a, b) => a.username.localeCompare(b.username));

/** A user who goes offline was last seen at that moment, unless the frame says otherwise. */
const seen = (old, row) =>
  (old?.is_online && row.is_online === false && row.at !== undefined ? { seen_at: row.seen_at ?? row.at } : {});

function setRow(users, row) {
  const old = users.find(user => user.username === row.username);
  const now = { ...old, ...pick(row), ...seen(old, row) };
  if (!isPresence(now) || (old && STATES.every(state => old[state] === now[state]))) return users;
  return sorted([...users.filter(user => user !== old), now]);
}

const allRows = rows => rows.filter(isPresence).reduce((users, row) => users.set(row.username, pick(row)), new Map());

export const firstUsers = rows => ({ users: sorted([...allRows(rows).values()]), since: null });

export const asked = state => ({ ...state, since: [] });

/** [[name, users]]: users with a window open, users only logged in, and the rest. */
export function groupsOf(users) {
  const nameOf = ({ is_online, is_logged_in }) => (is_online ? 'hereNow' : is_logged_in ? 'loggedIn' : 'offline');
  return ['hereNow', 'loggedIn', 'offline'].map(name => [name, users.filter(user => nameOf(user) === name)]);
}

/** The user whose login or logout `frame` reports, or null. */
export const presenceIn = frame => (isPresence(frame) ? pick(frame) : null);

const remembered = (users, before) => {
  const seenAt = new Map(before.filter(({ seen_at }) => seen_at).map(({ username, seen_at }) => [username, seen_at]));
  return users.map(user => (seenAt.has(user.username) ? { seen_at: seenAt.get(user.username), ...user } : user));
};

/** `at`: the current time. */
export function applyFrame(state, frame, at) {
  if (Array.isArray(frame.users)) {
    const users = remembered(firstUsers(frame.users).users, state.users);
    return { users: (state.since ?? []).reduce(setRow, users), since: null };
  }
  if (!isChange(frame)) return state;
  const row = { ...pick(frame), at };
  return { users: setRow(state.users, row), since: state.since && [...state.since, row] };
}
