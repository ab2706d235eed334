import { expect, it } from 'vitest';

import { FIRST_TURN, isDoubtful, turnReducer } from '../src/components/Socket/turns';

it('takes the close of a socket that was open for no refusal', () => {
  const events = ['opened', 'closed', 'retry', 'closed', 'retry', 'closed', 'retry', 'closed'];
  const doubts = [];
  events.reduce((state, type) => {
    const next = turnReducer(state, { type, turn: state.turn });
    doubts.push(isDoubtful(next));
    return next;
  }, FIRST_TURN);
  expect(doubts.indexOf(true)).toBe(events.length - 1);
});
