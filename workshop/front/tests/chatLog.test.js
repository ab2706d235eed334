import { describe, expect, it } from 'vitest';

import {
  add, addAnswer, addOlder, addReview, firstLog, gaps, joined, know, MOST, remove, review, trimmed,
} from '../src/utils/chat/log';
import { bodies, body } from './chatHelpers';

const log = (messages, rest = {}) => firstLog({ messages, more: false, number: messages.at(-1)?.number ?? 0, ...rest });
const numbers = ({ messages }) => messages.map(({ number }) => number);
const answer = (after, messages, more = false, rest = {}) => ({ messages, before: null, after, more, ...rest });

describe('the log', () => {
  it('is sorted by number, whatever the order of arrival, without duplicates', () => {
    const heard = [4, 2, 4, 3, 2, 1].reduce((so, number) => add(so, [body(number)], 'alice'), log(bodies(1, 1)));
    expect(numbers(heard)).toEqual([1, 2, 3, 4]);
    expect(gaps(heard)).toEqual([]);
  });

  it('has a gap until what is missing arrives', () => {
    const heard = add(log(bodies(1, 3)), [body(6)], 'alice');
    expect(gaps(heard)).toEqual(['after 3']);
    expect(gaps(add(heard, [body(5)], 'alice'))).toEqual(['after 3']);
    expect(gaps(add(heard, bodies(4, 5), 'alice'))).toEqual([]);
  });

  it('has a gap if the server reports a higher number', () => {
    expect(gaps(know(log(bodies(1, 3)), 4))).toEqual(['after 3']);
    expect(gaps(joined(log(bodies(1, 3)), 5))).toEqual(['after 3']);
    expect(gaps(joined(log(bodies(1, 3)), 3))).toEqual([]);
  });

  it('ignores what is older than its first message', () => {
    const heard = add(log(bodies(51, 100), { more: true }), [body(30)], 'alice');
    expect(numbers(heard)[0]).toBe(51);
  });

  it('starts over if the room was recreated', () => {
    const anew = joined(log(bodies(51, 100), { deletions: 9 }), 70, 3);
    expect(numbers(anew)).toEqual([]);
    expect(anew).toMatchObject({ seen: 20, known: 70, more: true, deletions: 3, told: 3 });
    expect(joined(log(bodies(51, 100)), 3)).toMatchObject({ seen: 0, known: 3, more: false });
  });

  it('ignores invalid rows', () => {
    const rows = [null, 1, {}, body('7'), body(0), body(1.5), { ...body(7), user: 3 }, { ...body(7), message: null }];
    expect(numbers(add(log([]), rows, 'alice'))).toEqual([]);
    expect(numbers(add(log([]), 'rows', 'alice'))).toEqual([]);
  });

  it('counts what others have posted', () => {
    const heard = add(log(bodies(1, 1)), [body(2), body(3, 'alice'), body(2)], 'alice');
    expect(heard.arrivals).toBe(1);
    expect(add(heard, [body(2), body(3)], 'alice').arrivals).toBe(1);
    const ahead = add(heard, [body(9)], 'alice');
    expect(add(ahead, [body(9)], 'alice').arrivals).toBe(2);
  });

  it('doesn’t grow without bound', () => {
    const long = trimmed(add(log([]), bodies(1, MOST + 7), 'alice'));
    expect(long.messages).toHaveLength(MOST);
    expect(numbers(long)[0]).toBe(8);
    expect(long.more).toBe(true);
    expect(trimmed(long)).toBe(long);
  });
});

describe('an answer to `after`', () => {
  it('covers what it lacks: it was deleted', () => {
    const heard = add(log(bodies(1, 3)), [body(8)], 'alice');
    const covered = addAnswer(heard, answer(3, [body(5), body(8)], true), 'alice');
    expect(covered.seen).toBe(8);
    expect(gaps(covered)).toEqual([]);
  });

  it('covers everything up to the room’s number at the time, if there is no more', () => {
    const heard = know(log(bodies(1, 3)), 6);
    const seen = (...args) => addAnswer(heard, answer(...args), 'alice').seen;
    expect(seen(3, [], false, { number: 5 })).toBe(5);
    expect(seen(2, [], false, { number: 5 })).toBe(5);
    expect(seen(3, [], true, { number: 5 })).toBe(3);
    expect(seen(4, [], false, { number: 5 })).toBe(3);
    expect(seen(3, [], false, { number: 2 })).toBe(3);
    expect(seen(3, [])).toBe(3);
  });

  it('covers nothing if it starts beyond a gap', () => {
    const covered = addAnswer(log(bodies(1, 3)), answer(5, [body(6)]), 'alice');
    expect(numbers(covered)).toEqual([1, 2, 3, 6]);
    expect(covered.seen).toBe(3);
  });
});

describe('older messages', () => {
  const older = (before, messages, more) => ({ messages, before, after: null, more });

  it('are inserted before the first one', () => {
    const all = addOlder(log(bodies(51, 100), { more: true }), older(51, bodies(41, 50), false));
    expect(numbers(all)).toHaveLength(60);
    expect(numbers(all)[0]).toBe(41);
    expect(all).toMatchObject({ more: false, arrivals: 0 });
  });

  it('are ignored if the first one has changed', () => {
    const first = log(bodies(51, 100), { more: true });
    expect(addOlder(first, older(60, bodies(50, 59), false))).toBe(first);
  });
});

describe('deleted messages', () => {
  it('disappear', () => {
    expect(numbers(remove(log(bodies(1, 3)), [2]))).toEqual([1, 3]);
  });

  it('don’t return with a late frame or answer', () => {
    const gone = remove(log(bodies(51, 53), { more: true }), [54, 50, 52]);
    expect(gone.seen).toBe(54);
    expect(numbers(add(gone, bodies(50, 55), 'alice'))).toEqual([51, 53, 55]);
    expect(numbers(addOlder(gone, { messages: bodies(49, 50), before: 51, more: false }))).toEqual([49, 51, 53]);
  });

  it('leave a gap if one was missed', () => {
    const first = log(bodies(1, 5), { deletions: 7 });
    expect(gaps(remove(first, [2, 3], 9))).toEqual([]);
    expect(gaps(remove(first, [3], 9))).toEqual(['deleted 7']);
    expect(gaps(remove(remove(first, [3], 9), [2], 8))).toEqual(['deleted 8']);
    expect(gaps(remove(remove(first, [2], 8), [3], 9))).toEqual([]);
    expect(gaps(remove(remove(first, [2], 8), [2], 8))).toEqual([]);
    expect(gaps(joined(first, 5, 8))).toEqual(['deleted 7']);
    expect(gaps(joined(first, 5, 7))).toEqual([]);
    expect(gaps(joined(first, 5, 6))).toEqual(['after 0']);
    expect(gaps(joined(first, 2, 3))).toEqual(['after 0']);
    expect(gaps(addAnswer(first, answer(5, [], false, { deletions: 8 }), 'alice'))).toEqual(['deleted 7']);
  });

  it('are not counted by a server that doesn’t', () => {
    const first = firstLog({ messages: bodies(1, 5), more: false, number: 5 });
    expect(gaps(remove(joined(first, 5), [2]))).toEqual([]);
    expect(gaps(addAnswer(first, answer(5, []), 'alice'))).toEqual([]);
  });

  it.each([
    ['to `after`', first => addAnswer(first, answer(60, [body(61)], false, { deletions: 6 }), 'alice')],
    ['to `before`', first => addOlder(first, { messages: [body(50)], before: 51, more: true, deletions: 6 })],
  ])('may still be in an answer %s that was made before', (_, put) => {
    const first = log(bodies(51, 60), { more: true, deletions: 6 });
    expect(gaps(put(remove(first, [52], 7)))).toEqual(['deleted 6']);
    const reviewing = review(joined(first, 60, 7));
    expect(put(reviewing)).toMatchObject({ deletions: 6, review: null });
    expect(put(put(remove(first, [52], 7)))).toMatchObject({ deletions: 6 });
  });

  it('don’t matter to an answer that adds nothing', () => {
    const first = remove(log(bodies(51, 60), { more: true, deletions: 6 }), [52], 7);
    expect(gaps(addAnswer(first, answer(60, [], false, { deletions: 6 }), 'alice'))).toEqual([]);
  });
});

describe('a review', () => {
  const page = (before, messages, more, deletions = 1) => ({ messages, before, after: null, more, deletions });
  const missed = (more = true) => joined(log(bodies(51, 60), { more, deletions: 0 }), 60, 1);

  it('starts if a deletion was missed, once', () => {
    const begun = review(missed());
    expect(begun.review).toEqual({ before: 61, told: 1 });
    expect(review(begun)).toBe(begun);
    const first = log(bodies(51, 60));
    expect(review(first)).toBe(first);
  });

  it('removes what the answers lack, from the last message to the first', () => {
    const half = addReview(review(missed()), page(61, bodies(56, 59), true));
    expect(numbers(half)).toEqual([51, 52, 53, 54, 55, 56, 57, 58, 59]);
    expect(half.review).toEqual({ before: 56, told: 1 });
    const whole = addReview(half, page(56, [...bodies(48, 52), ...bodies(54, 55)], true));
    expect(numbers(whole)).toEqual([51, 52, 54, 55, 56, 57, 58, 59]);
    expect(whole).toMatchObject({ review: null, deletions: 1, more: true });
    expect(gaps(whole)).toEqual([]);
    expect(numbers(add(whole, [body(53)], 'alice'))).not.toContain(53);
  });

  it('ends with the room’s first message', () => {
    const whole = addReview(review(missed(false)), page(61, bodies(56, 60), false));
    expect(numbers(whole)).toEqual([56, 57, 58, 59, 60]);
    expect(whole.review).toBe(null);
  });

  it('requests nothing if nothing is shown', () => {
    const empty = review(joined(log([], { number: 4 }), 4, 1));
    expect(empty).toMatchObject({ review: null, deletions: 1 });
  });

  it('ignores stale answers and those to other requests', () => {
    const begun = review(missed());
    expect(addReview(begun, page(61, [], false, 0))).toBe(begun);
    expect(addReview(begun, page(60, [], false))).toBe(begun);
    expect(addReview(missed(), page(61, [], false)).messages).toHaveLength(10);
    const given = addReview(begun, page(61, [], false, null));
    expect(given.messages).toHaveLength(10);
    expect(given).toMatchObject({ review: null, deletions: 0, told: 0 });
  });

  it('is followed by another if more was deleted meanwhile', () => {
    const more = remove(review(missed()), [53], 3);
    const whole = addReview(more, page(61, bodies(54, 60), false, 3));
    expect(whole).toMatchObject({ review: null, deletions: 1, told: 3 });
    expect(review(whole).review).toEqual({ before: 61, told: 3 });
    expect(addReview(review(missed()), page(61, bodies(54, 60), false, 2))).toMatchObject({ deletions: 1, told: 2 });
  });
});
