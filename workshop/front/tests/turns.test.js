import { expect, it } from 'vitest';

import { FIRST_TURN, isDoubtful, turnReducer } from '../src/components/Socket/turns';
import { spreadOf } from '../src/utils/restart';

it.each([
  [{ code: 1012, reason: 'spread=3' }, 3000], [{ code: 1012, reason: 'spread=0.5' }, 500],
  [{ code: 1012, reason: 'spread=0' }, 0], [{ code: 1012, reason: 'spread=9999' }, 60000],
  [{ code: 1012, reason: '' }, null], [{ code: 1012, reason: 'spread=-1' }, null],
  [{ code: 1012, reason: 'spread=3s' }, null], [{ code: 1012 }, null], [{ code: 1013, reason: 'spread=3' }, null],
])('reads the spread from %j', (close, expected) => {
  expect(spreadOf(close)).toBe(expected);
});

it.each([['closed', 'restarting'], ['restarting', 'closed']])('waits as long as it was told, after %s and %s', (...types) => {
  const open = turnReducer({ ...FIRST_TURN, failures: 3 }, { type: 'opened', turn: 0 });
  const state = types.reduce((before, type) => turnReducer(before, { type, turn: 0, spread: 3000 }), open);
  expect(state).toMatchObject({ phase: 'waiting', spread: 3000, failures: 0 });
  expect(turnReducer(state, { type: 'retry', turn: 0 })).toMatchObject({ turn: 1, spread: null });
});

it('isn’t revived by a restart once it has ended', () => {
  const ended = turnReducer(FIRST_TURN, { type: 'ended', turn: 0, reason: 'sessionEnded' });
  expect(turnReducer(ended, { type: 'restarting', turn: 0, spread: 1 })).toBe(ended);
});

it('doesn’t count the close of an open socket as a refusal', () => {
  const events = ['opened', 'closed', 'retry', 'closed', 'retry', 'closed', 'retry', 'closed'];
  const doubts = [];
  events.reduce((state, type) => {
    const next = turnReducer(state, { type, turn: state.turn });
    doubts.push(isDoubtful(next));
    return next;
  }, FIRST_TURN);
  expect(doubts.indexOf(true)).toBe(events.length - 1);
});
