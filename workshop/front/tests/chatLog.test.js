import { describe, expect, it } from 'vitest';

import { add, addAnswer, addOlder, firstLog, gaps, joined, know, MOST, remove, trimmed } from '../src/utils/chat/log';
import { bodies, body } from './chatHelpers';

const log = (messages, rest = {}) => firstLog({ messages, more: false, number: messages.at(-1)?.number ?? 0, ...rest });
const numbers = ({ messages }) => messages.map(({ number }) => number);
const answer = (after, messages, more = false) => ({ messages, before: null, after, more });

describe('the log', () => {
  it('is ordered by number, whatever comes when, each once', () => {
    const heard = [4, 2, 4, 3, 2, 1].reduce((so, number) => add(so, [body(number)], 'alice'), log(bodies(1, 1)));
    expect(numbers(heard)).toEqual([1, 2, 3, 4]);
    expect(gaps(heard)).toEqual([]);
  });

  it('has a hole until what is missing was heard', () => {
    const heard = add(log(bodies(1, 3)), [body(6)], 'alice');
    expect(gaps(heard)).toEqual(['after 3']);
    expect(gaps(add(heard, [body(5)], 'alice'))).toEqual(['after 3']);
    expect(gaps(add(heard, bodies(4, 5), 'alice'))).toEqual([]);
  });

  it('has one where the server has told a higher number', () => {
    expect(gaps(know(log(bodies(1, 3)), 4))).toEqual(['after 3']);
    expect(gaps(joined(log(bodies(1, 3)), 5))).toEqual(['after 3']);
    expect(gaps(joined(log(bodies(1, 3)), 3))).toEqual([]);
  });

  it('does not show again what is older than its first message', () => {
    const heard = add(log(bodies(51, 100), { more: true }), [body(30)], 'alice');
    expect(numbers(heard)[0]).toBe(51);
  });

  it('begins anew where the room did', () => {
    const anew = joined(log(bodies(51, 100)), 70);
    expect(numbers(anew)).toEqual([]);
    expect(anew).toMatchObject({ seen: 20, known: 70, more: true });
    expect(joined(log(bodies(51, 100)), 3)).toMatchObject({ seen: 0, known: 3, more: false });
  });

  it('takes no rows that are none', () => {
    const rows = [null, 1, {}, body('7'), body(0), body(1.5), { ...body(7), user: 3 }, { ...body(7), message: null }];
    expect(numbers(add(log([]), rows, 'alice'))).toEqual([]);
    expect(numbers(add(log([]), 'rows', 'alice'))).toEqual([]);
  });

  it('counts what others have written', () => {
    const heard = add(log(bodies(1, 1)), [body(2), body(3, 'alice'), body(2)], 'alice');
    expect(heard.arrivals).toBe(1);
    expect(add(heard, [body(2), body(3)], 'alice').arrivals).toBe(1);
    const ahead = add(heard, [body(9)], 'alice');
    expect(add(ahead, [body(9)], 'alice').arrivals).toBe(2);
  });

  it('does not grow without end', () => {
    const long = trimmed(add(log([]), bodies(1, MOST + 7), 'alice'));
    expect(long.messages).toHaveLength(MOST);
    expect(numbers(long)[0]).toBe(8);
    expect(long.more).toBe(true);
    expect(trimmed(long)).toBe(long);
  });
});

describe('an answer to `after`', () => {
  it('covers what is missing in it: that was deleted', () => {
    const heard = add(log(bodies(1, 3)), [body(8)], 'alice');
    const covered = addAnswer(heard, answer(3, [body(5), body(8)], true), null, 'alice');
    expect(covered.seen).toBe(8);
    expect(gaps(covered)).toEqual([]);
  });

  it('covers what was known when it was asked for, if there is no more', () => {
    const heard = know(log(bodies(1, 3)), 6);
    const asked = { number: 3, known: 5 };
    expect(addAnswer(heard, answer(3, []), asked, 'alice').seen).toBe(5);
    expect(addAnswer(heard, answer(3, [], true), asked, 'alice').seen).toBe(3);
    expect(addAnswer(heard, answer(2, []), asked, 'alice').seen).toBe(3);
    expect(addAnswer(heard, answer(3, []), null, 'alice').seen).toBe(3);
  });

  it('covers nothing where it begins beyond a hole', () => {
    const covered = addAnswer(log(bodies(1, 3)), answer(5, [body(6)]), null, 'alice');
    expect(numbers(covered)).toEqual([1, 2, 3, 6]);
    expect(covered.seen).toBe(3);
  });
});

describe('older messages', () => {
  const older = (before, messages, more) => ({ messages, before, after: null, more });

  it('come before the first one', () => {
    const all = addOlder(log(bodies(51, 100), { more: true }), older(51, bodies(41, 50), false));
    expect(numbers(all)).toHaveLength(60);
    expect(numbers(all)[0]).toBe(41);
    expect(all).toMatchObject({ more: false, arrivals: 0 });
  });

  it('are not taken where the first one is another by now', () => {
    const first = log(bodies(51, 100), { more: true });
    expect(addOlder(first, older(60, bodies(50, 59), false))).toBe(first);
  });
});

describe('deleted messages', () => {
  it('go', () => {
    expect(numbers(remove(log(bodies(1, 3)), [2]))).toEqual([1, 3]);
  });

  it('do not come back with a frame or an answer that is late', () => {
    const gone = remove(log(bodies(51, 53), { more: true }), [54, 50, 52]);
    expect(gone.seen).toBe(54);
    expect(numbers(add(gone, bodies(50, 55), 'alice'))).toEqual([51, 53, 55]);
    expect(numbers(addOlder(gone, { messages: bodies(49, 50), before: 51, more: false }))).toEqual([49, 51, 53]);
  });
});
