/**
 * The rows of the users page: { users, since }.
 *
 * `since` holds what the socket told since the whole list was asked for: the answer may be older.
 */
import { isObject } from './frames';

const isPresence = row =>
  isObject(row) && typeof row.username === 'string' && row.username !== '' && typeof row.is_logged_in === 'boolean';

const pick = ({ username, is_logged_in }) => ({ username, is_logged_in });

const sorted = users => users.sort((a, b) => a.username.localeCompare(b.username));

function setRow(users, row) {
  const old = users.find(user => user.username === row.username);
  if (old?.is_logged_in === row.is_logged_in) return users;
  return sorted([...users.filter(user => user !== old), pick(row)]);
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
  if (!isPresence(frame)) return state;
  return { users: setRow(state.users, frame), since: state.since && [...state.since, pick(frame)] };
}
