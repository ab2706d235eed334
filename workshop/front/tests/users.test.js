import { expect, it } from 'vitest';

import { applyFrame, asked, firstUsers, presenceIn } from '../src/utils/users';

const on = username => ({ username, is_logged_in: true });
const off = username => ({ username, is_logged_in: false });

it('keeps the rows in the order of the alphabet, one for each user', () => {
  let state = firstUsers([off('bob'), on('alice'), on('bob')]);
  expect(state.users).toEqual([on('alice'), on('bob')]);
  state = applyFrame(state, { ...on('aaron'), extra: 1 });
  state = applyFrame(state, off('alice'));
  expect(state.users).toEqual([on('aaron'), off('alice'), on('bob')]);
  expect(applyFrame(state, off('alice')).users).toBe(state.users);
});

it('takes the whole list, but not over what came after it was asked for', () => {
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

it('follows who is here, apart from who is logged in', () => {
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

it('drops rows of the list that are none', () => {
  expect(applyFrame(firstUsers([]), { users: [null, 3, { username: 1 }, on('bob')] }).users).toEqual([on('bob')]);
});
