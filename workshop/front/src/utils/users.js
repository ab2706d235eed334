/**
 * The rows of the users page: { users, since }.
 *
 * `since` holds what the socket told since the whole list was asked for: the answer may be older.
 */
import { isObject } from './frames';

const STATES = ['is_logged_in', 'is_online'];

const known = row => STATES.filter(state => typeof row[state] === 'boolean');

/** A row of the list has both states or, from an older server, the first; a frame has one of them. */
const isChange = row =>
  isObject(row) && typeof row.username === 'string' && row.username !== '' && known(row).length > 0;

const isPresence = row => isChange(row) && typeof row.is_logged_in === 'boolean';

const pick = row => Object.fromEntries(['username', ...known(row)].map(key => [key, row[key]]));

const sorted = users => users.sort((a, b) => a.username.localeCompare(b.username));

function setRow(users, row) {
  const old = users.find(user => user.username === row.username);
  const now = { ...old, ...pick(row) };
  if (!isPresence(now) || (old && STATES.every(state => old[state] === now[state]))) return users;
  return sorted([...users.filter(user => user !== old), now]);
}

const allRows = rows => rows.filter(isPresence).reduce((users, row) => users.set(row.username, pick(row)), new Map());

export const firstUsers = rows => ({ users: sorted([...allRows(rows).values()]), since: null });

export const asked = state => ({ ...state, since: [] });

/** The one whose login or logout `frame` tells, or null. */
export const presenceIn = frame => (isPresence(frame) ? pick(frame) : null);

export function applyFrame(state, frame) {
  if (Array.isArray(frame.users)) {
    return { users: (state.since ?? []).reduce(setRow, firstUsers(frame.users).users), since: null };
  }
  if (!isChange(frame)) return state;
  return { users: setRow(state.users, frame), since: state.since && [...state.since, pick(frame)] };
}
