import { describe, expect, it } from 'vitest';

import { moment } from '../src/utils/times';
import { applyFrame, asked, firstUsers, presenceIn } from '../src/utils/users';

const on = username => ({ username, is_logged_in: true });
const off = username => ({ username, is_logged_in: false });

it('sorts the rows by name, one per user', () => {
  let state = firstUsers([off('bob'), on('alice'), on('bob')]);
  expect(state.users).toEqual([on('alice'), on('bob')]);
  state = applyFrame(state, { ...on('aaron'), extra: 1 });
  state = applyFrame(state, off('alice'));
  expect(state.users).toEqual([on('aaron'), off('alice'), on('bob')]);
  expect(applyFrame(state, off('alice')).users).toBe(state.users);
});

it('accepts the list, but keeps newer frames', () => {
  let state = asked(firstUsers([on('zoe')]));
  state = applyFrame(state, on('bob'));
  state = applyFrame(state, { users: [off('alice'), off('bob')] });
  expect(state.users).toEqual([off('alice'), on('bob')]);
  state = applyFrame(state, { users: [off('bob')] });
  expect(state.users).toEqual([off('bob')]);
});

it.each([
  {}, { error: { code: 'forbidden', message: 'x' } }, { username: 'bob' }, { username: '', is_logged_in: true },
  { username: { a: 1 }, is_logged_in: true }, { username: 'bob', is_logged_in: 'yes' }, { users: 'all' },
])('%j changes nothing', frame => {
  const state = firstUsers([on('alice')]);
  expect(applyFrame(state, frame)).toBe(state);
  expect(presenceIn(frame)).toBeNull();
});

it('tracks presence separately from logins', () => {
  const here = (username, is_online) => ({ username, is_online });
  let state = firstUsers([{ ...on('alice'), is_online: false }, off('bob')]);
  state = applyFrame(state, here('alice', true));
  expect(state.users).toEqual([{ ...on('alice'), is_online: true }, off('bob')]);
  state = applyFrame(state, off('alice'));
  expect(state.users[0]).toEqual({ ...off('alice'), is_online: true });
  expect(applyFrame(state, here('alice', true)).users).toBe(state.users);
  expect(applyFrame(state, here('carol', true)).users).toBe(state.users);
  expect(presenceIn(here('alice', true))).toBeNull();
  state = applyFrame(asked(state), here('alice', false));
  state = applyFrame(state, { users: [{ ...on('alice'), is_online: true }] });
  expect(state.users).toEqual([{ ...on('alice'), is_online: false }]);
});

it('drops invalid rows of the list', () => {
  expect(applyFrame(firstUsers([]), { users: [null, 3, { username: 1 }, on('bob')] }).users).toEqual([on('bob')]);
});

describe('when a user was last seen', () => {
  const at = Date.parse('2026-11-28T14:03:09Z');
  const gone = more => ({ ...on('alice'), is_online: false, ...more });
  const here = { ...on('alice'), is_online: true };

  it('is what the server says, in the list and when they leave', () => {
    const listed = firstUsers([gone({ last_seen: '2026-11-28T14:03:09Z' }), off('bob')]);
    expect(listed.users).toEqual([gone({ seen_at: at }), off('bob')]);
    const told = applyFrame(firstUsers([here]), { username: 'alice', is_online: false, last_seen: '2026-11-28T14:03:09Z' }, 1);
    expect(told.users).toEqual([gone({ seen_at: at })]);
    const again = applyFrame(told, { users: [gone({ last_seen: '2026-11-28T14:03:10Z' })] }, 2);
    expect(again.users).toEqual([gone({ seen_at: at + 1000 })]);
  });

  it('is when the page heard that they left, if the server doesn’t say', () => {
    const told = applyFrame(firstUsers([here]), { username: 'alice', is_online: false }, 1);
    expect(told.users).toEqual([gone({ seen_at: 1 })]);
    expect(applyFrame(told, { users: [gone()] }, 2).users).toEqual([gone({ seen_at: 1 })]);
  });

  it.each([[3], ['soon'], [null]])('is not %j', last_seen => {
    expect(firstUsers([gone({ last_seen })]).users).toEqual([gone()]);
  });

  it('includes the date unless it is today', () => {
    const now = new Date(2026, 10, 30, 15);
    expect(moment(new Date(2026, 10, 30, 9, 5), now)).toBe('09:05');
    expect(moment(new Date(2026, 10, 30, 0, 5), now)).toBe('00:05');
    expect(moment(new Date(2026, 10, 28, 9, 5), now)).toBe('Nov 28, 09:05');
    expect(moment(new Date(2025, 10, 28, 9, 5), now)).toBe('Nov 28, 2025, 09:05');
    document.documentElement.lang = 'es';
    expect(moment(new Date(2026, 10, 28, 9, 5), now)).toBe('28 nov, 09:05');
  });
});
