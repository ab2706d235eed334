import { describe, expect, it } from 'vitest';

import { applyAnswer, applyFrame, asked, firstRows, getLink, unanswered, unknownUsers } from '../src/utils/links';
import { MAX_AHEAD } from '../src/utils/sequences';

const LINK = { id: 2, name: 'Two', url: 'https://two.example/', pending: false, description: 'd', tags: [5], user: 1 };
const OTHER = { ...LINK, id: 7, name: 'Seven' };

const start = () => firstRows({
  links: [OTHER, LINK],
  tags: [{ id: 5, name: 'five', description: '', user: 1 }],
  users: [{ id: 1, username: 'alice' }],
});

const frame = (stream, action, pk, data) => ({ stream, payload: { action, pk, data, model: `links.${stream}` } });
const link = (action, pk, data) => frame('links', action, pk, data);
const ids = state => state.links.map(row => row.id);
const find = (state, id) => state.links.find(row => row.id === id);

/** Applies each frame twice, which must have the same effect as once. */
function apply(state, ...frames) {
  return frames.reduce((rows, each) => {
    const once = applyFrame(rows, each);
    expect({ ...applyFrame(once, each), held: once.held }).toEqual(once);
    return once;
  }, state);
}

describe('links', () => {
  it('are sorted by id at first', () => {
    expect(ids(start())).toEqual([2, 7]);
  });

  it('are inserted in the order of their ids, even from data without an id', () => {
    const { id, ...fields } = LINK;
    expect(id).toBe(2);
    const state = apply(start(), link('create', 4, fields), link('create', 9, fields), link('create', 1, fields));
    expect(ids(state)).toEqual([1, 2, 4, 7, 9]);
    expect(find(state, 4)).toEqual({ ...LINK, id: 4 });
  });

  it('are updated again and again', () => {
    let state = start();
    for (const round of [1, 2, 3]) {
      for (const id of [2, 7]) {
        state = apply(state, link('update', id, { ...LINK, id, name: `${id} in ${round}` }));
        expect(find(state, id).name).toBe(`${id} in ${round}`);
        expect(state.touched.get(id)).toBe(round);
      }
    }
    expect(ids(state)).toEqual([2, 7]);
  });

  it('can be updated by a create of a known row and created by an update of an unknown one', () => {
    const state = apply(start(), link('create', 2, { ...LINK, name: 'New' }), link('update', 3, { ...LINK, id: 3 }));
    expect(ids(state)).toEqual([2, 3, 7]);
    expect(find(state, 2).name).toBe('New');
  });

  it('keep the fields that a frame leaves out', () => {
    const state = apply(start(), link('update', 2, { name: 'Only a name' }));
    expect(find(state, 2)).toEqual({ ...LINK, name: 'Only a name' });
  });

  it('can be deleted', () => {
    const state = apply(start(), link('update', 2, { name: 'x' }), link('delete', 2, LINK));
    expect(ids(state)).toEqual([7]);
    expect(state.touched.has(2)).toBe(false);
  });

  it('remember who changed them last, until somebody unknown does', () => {
    const by = (actor, action, pk, data) => {
      const { stream, payload } = link(action, pk, data);
      return { stream, payload: { ...payload, actor } };
    };
    let state = apply(start(), by('bob', 'update', 2, { name: 'x' }), by('zoe', 'create', 3, { ...LINK, id: 3 }));
    expect(state.actors).toEqual(new Map([[2, { action: 'update', name: 'bob' }], [3, { action: 'create', name: 'zoe' }]]));
    state = apply(state, by('zoe', 'update', 2, { name: 'y' }), link('update', 3, { name: 'z' }));
    expect(state.actors).toEqual(new Map([[2, { action: 'update', name: 'zoe' }]]));
    state = apply(state, by({}, 'update', 2, { name: 'w' }), by('bob', 'delete', 2, LINK));
    expect(state.actors).toEqual(new Map());
    expect(state.gone).toEqual({ link: { ...LINK, name: 'w' }, name: 'bob' });
  });

  it('forget who changed them if an answer differs', () => {
    const touch = { ...link('update', 7, { name: 'x' }).payload, actor: 'bob' };
    const changed = asked(apply(start(), { stream: 'links', payload: touch }));
    const rows = { links: [LINK, { ...OTHER, name: 'x' }], tags: [], users: [] };
    expect(applyAnswer(changed, rows).actors.get(7)).toEqual({ action: 'update', name: 'bob' });
    expect(applyAnswer(changed, { ...rows, links: [LINK, OTHER] }).actors.size).toBe(0);
  });

  it('are never mutated in place', () => {
    const state = start();
    const before = structuredClone(state);
    apply(state, link('update', 2, { name: 'x' }), link('delete', 7), frame('tags', 'delete', 5));
    expect(state).toEqual(before);
  });
});

describe('tags', () => {
  it('can be renamed, added and removed', () => {
    const before = start();
    let state = apply(before, frame('tags', 'update', 5, { name: 'fünf' }), frame('tags', 'create', 6, { name: 'six' }));
    expect(state.tags.get(5).name).toBe('fünf');
    expect(state.tags.get(6).name).toBe('six');
    expect(state.links).toBe(before.links);
    state = apply(state, frame('tags', 'delete', 6, { name: 'six' }));
    expect(state.tags.has(6)).toBe(false);
  });

  it('are taken off their links when deleted', () => {
    const state = apply(start(), frame('tags', 'delete', 5, { name: 'five' }));
    expect(state.links.map(row => row.tags)).toEqual([[], []]);
  });
});

describe('linktags', () => {
  const pair = { id: 30, link: 2, tag: 4 };

  it('put a tag on its link and take it off', () => {
    let state = apply(start(), frame('linktags', 'create', 30, pair));
    expect(find(state, 2).tags).toEqual([4, 5]);
    expect(find(state, 7).tags).toEqual([5]);
    state = apply(state, frame('linktags', 'delete', 30, pair));
    expect(find(state, 2).tags).toEqual([5]);
    expect(state.stale).toBe(false);
  });

  it('are ignored if the link is unknown', () => {
    const state = start();
    expect(applyFrame(state, frame('linktags', 'create', 30, { ...pair, link: 99 }))).toBe(state);
  });

  it('mark the rows as stale if a frame is incomplete', () => {
    expect(apply(start(), frame('linktags', 'update', 30, pair)).stale).toBe(true);
    expect(apply(start(), frame('linktags', 'delete', 30)).stale).toBe(true);
  });
});

describe('numbered linktags', () => {
  const numbered = (action, seq) => {
    const { stream, payload } = frame('linktags', action, 30, { id: 30, link: 2, tag: 4 });
    return { stream, payload: { ...payload, seq } };
  };

  it('leave the tags to the link’s own frame: late ones would undo it', () => {
    const state = apply(start(), numbered('create', 11));
    expect(find(state, 2).tags).toEqual([5]);
    expect(state.stale).toBe(false);
  });
});

describe('any frame', () => {
  it('too far beyond a gap makes the rows stale', () => {
    let state = start();
    for (let seq = 0; seq <= 2 * MAX_AHEAD; seq += 2) {
      expect(state.stale).toBe(false);
      state = applyFrame(state, { stream: 'links', payload: { action: 'update', pk: 2, data: { name: `${seq}` }, seq } });
    }
    expect(state.stale).toBe(true);
    expect(find(state, 2).name).toBe(`${2 * MAX_AHEAD}`);
  });

  it('may request a reload', () => {
    const state = apply(start(), { stream: 'links', payload: { action: 'reload' } });
    expect(state.stale).toBe(true);
    expect(asked(state).stale).toBe(false);
  });

  it.each([
    null, undefined, 3, 'text', [], {},
    { stream: 'links' }, { stream: 'links', payload: null }, { stream: 'links', payload: [] },
    { stream: '__proto__', payload: { action: 'create', pk: 1, data: LINK } },
    { stream: 'constructor', payload: { action: 'create', pk: 1, data: LINK } },
    link('explode', 2, LINK), link('toString', 2, LINK), link(null, 2, LINK),
    link('delete', '2', LINK), link('delete', null, LINK), link('create', {}, LINK), link('create', 1.5, LINK),
    link('create', 8), link('create', 8, null), link('create', 8, 'x'), link('create', 8, [LINK]),
    frame('tags', 'create', 8), frame('tags', 'delete', 8), link('delete', 8),
  ])('%j changes nothing', hostile => {
    const state = start();
    expect(applyFrame(state, hostile)).toBe(state);
  });

  it('can’t set a field to a value of the wrong type', () => {
    const data = JSON.parse('{"id": 99, "name": {"a": 1}, "url": 5, "pending": "yes", "description": null, ' +
      '"tags": [5, "6", null, {}, 5, 3], "user": "1", "__proto__": {"x": 1}, "extra": true}');
    const state = apply(start(), link('create', 8, data));
    expect(find(state, 8)).toEqual({ id: 8, name: '', url: '', pending: false, description: '', tags: [3, 5], user: null });
    expect(find(apply(start(), link('update', 2, { ...data, tags: 'x' })), 2)).toEqual({ ...LINK, description: '' });
    expect({}.x).toBeUndefined();
  });
});

describe('an answer of the server', () => {
  const answer = { links: [{ ...LINK }, { ...LINK, id: 3 }], tags: [{ id: 6, name: 'six' }], users: [{ id: 4, username: 'dan' }] };

  it('replaces links and tags, adds users, and keeps unchanged rows identical', () => {
    const before = start();
    const state = applyAnswer(asked(before), answer);
    expect(ids(state)).toEqual([2, 3]);
    expect(find(state, 2)).toBe(find(before, 2));
    expect([...state.tags.keys()]).toEqual([6]);
    expect([...state.users.keys()]).toEqual([1, 4]);
  });

  it('doesn’t undo frames that arrived while it was in flight', () => {
    const live = apply(asked(start()), link('create', 9, LINK), link('delete', 3), link('update', 2, { name: 'Newer' }));
    const state = applyAnswer(live, answer);
    expect(ids(state)).toEqual([2, 9]);
    expect(find(state, 2).name).toBe('Newer');
    expect(state.touched).toBe(live.touched);
    expect(state.held).toBeNull();
  });

  it('leaves the rows stale if a frame said so meanwhile', () => {
    const live = applyFrame(asked(start()), { stream: 'links', payload: { action: 'reload' } });
    expect(applyAnswer(live, answer).stale).toBe(true);
  });

  it('that never arrives keeps no frames', () => {
    const live = applyFrame(unanswered(asked(start())), link('delete', 3));
    expect(live.held).toBeNull();
  });
});

it('drops invalid rows of the page', () => {
  const state = firstRows({ links: [null, 1, { id: 'x' }, LINK], tags: [null, { id: 5 }], users: ['x'] });
  expect(ids(state)).toEqual([2]);
  expect(state.users.size).toBe(0);
});

it('names the unknown users', () => {
  const links = [getLink(1, { user: 1 }), getLink(2, { user: 4 }), getLink(3, { user: null })];
  expect(unknownUsers(links, start().users)).toEqual([4]);
});
