import fc from 'fast-check';
import { expect, it } from 'vitest';

import { difference, isDone, undecided } from '../src/utils/edit';
import * as edits from '../src/utils/edits';
import { applyAnswer, applyFrame, asked, firstRows } from '../src/utils/links';
import { Refusal, UNKNOWN } from '../src/utils/requests';

const NAMES = ['a', 'b', 'c'];
const FIELDS = { url: 'u', description: '', pending: false, user: 1, tags: [] };

/**
 * A server with links that several people rename, create and delete, and the page of one of them. Answers to
 * this visitor's requests and frames of everybody's changes arrive in any order. Requests based on a stale
 * row are refused.
 */
class World {
  constructor() {
    Object.assign(this, { table: new Map([[1, 'a'], [2, 'b']]), last: 2, seq: 0, frames: [], requests: [], answers: [], taken: null });
    this.rows = firstRows({ links: this.answer(), tags: [], users: [] });
    this.edits = edits.FIRST_EDITS;
  }

  answer() {
    return [...this.table].map(([id, name]) => ({ ...FIELDS, id, name }));
  }

  commit(action, pk, name) {
    if (action === 'delete') this.table.delete(pk);
    else this.table.set(pk, name);
    this.seq += 1;
    this.frames.push({ stream: 'links', payload: { action, pk, seq: this.seq, data: { ...FIELDS, name } } });
  }

  do(action, pk, name, base) {
    const now = this.table.get(pk);
    if (base !== undefined && ![undefined, base].includes(now) && (action === 'delete' || now !== name)) {
      return { refusal: new Refusal('conflict', { data: { ...FIELDS, name: now } }) };
    }
    if (action === 'create') this.commit(action, (this.last += 1), name);
    else if (this.table.has(pk)) this.commit(action, pk, name);
    else return { refusal: new Refusal('gone') };
    return { answer: { pk: action === 'create' ? this.last : pk, data: { ...FIELDS, name } } };
  }

  others(n) {
    const pks = [...this.table.keys()];
    const action = ['create', 'update', 'delete'][n % 3];
    this.do(action, pks[n % pks.length], NAMES[n % 7 % 3]);
  }

  /** The visitor opens a form, types and saves at once, on one of the rows shown. */
  mine(n) {
    const { items } = edits.display(this.rows, this.edits);
    const free = items.filter(({ edit }) => !edit);
    const name = NAMES[n % 5 % 3];
    if (n % 4 === 0 || free.length === 0) return this.save('create', edits.openNew(this.edits, { ...FIELDS, name }), this.edits.next);
    const { key, link } = free[n % free.length];
    if (n % 4 === 1) return this.request('delete', key, link.id, name, edits.openDeletion(this.edits, link));
    const opened = edits.type(edits.openEdit(this.edits, link), key, 'name', name);
    if (link.name === name) return null;
    return this.save('update', opened, key);
  }

  save(action, opened, key) {
    const { pk, values: { name } } = opened.all.get(key);
    this.request(action, key, pk, name, edits.send(opened, key));
  }

  request(action, key, pk, name, state) {
    this.edits = state;
    const { base } = state.all.get(key);
    this.requests.push({ action, key, pk, name, base: action === 'create' ? undefined : base.name });
  }

  /** The visitor resolves a conflict, and saves if anything is left to send. */
  choose(n) {
    const waiting = [...this.edits.all.values()].filter(edit => edit.phase === 'open' && undecided(edit).length > 0);
    if (waiting.length === 0) return;
    const { key } = waiting[n % waiting.length];
    const chosen = edits.choose(this.edits, key, 'name', n % 2 === 0);
    const edit = chosen.all.get(key);
    if (isDone(edit)) this.edits = edits.drop(chosen, key);
    else this.save('update', chosen, key);
  }

  serve(n) {
    const [request] = this.requests.splice(n % (this.requests.length || 1), 1);
    if (!request) return;
    const invalid = n % 11 === 0 && { refusal: new Refusal('invalid', { errors: { name: ['no'] } }) };
    this.answers.push({ ...request, ...(invalid || this.do(request.action, request.pk, request.name, request.base)) });
  }

  reply(n) {
    const [heard] = this.answers.splice(n % (this.answers.length || 1), 1);
    if (!heard) return;
    const { key, action } = heard;
    const refusal = n % 13 === 0 ? new Refusal(UNKNOWN) : heard.refusal;
    if (refusal) {
      this.edits = edits.refuse(this.edits, key, refusal);
      if (refusal.code === 'conflict') expect(this.edits.all.get(key).alert).not.toBeNull();
      return;
    }
    if (action !== 'delete') this.edits = edits.linkSaved(this.edits, this.rows, key, heard.answer);
    this.edits = edits.settle(this.edits, this.rows, key);
  }

  setRows(after) {
    this.edits = edits.follow(this.edits, this.rows, after);
    this.rows = after;
  }

  hear(n) {
    const [frame] = this.frames.splice(n % (this.frames.length || 1), 1);
    if (frame) this.setRows(applyFrame(this.rows, frame));
  }

  ask() {
    this.setRows(asked(this.rows));
    this.edits = edits.cover(this.edits);
    this.taken = this.answer();
  }

  take() {
    if (!this.taken) return;
    this.setRows(applyAnswer(this.rows, { links: this.taken, tags: [], users: [] }));
    this.edits = edits.uncover(this.edits);
    this.taken = null;
  }

  items() {
    return edits.display(this.rows, this.edits).items;
  }

  shown() {
    return this.items().filter(({ deleted }) => !deleted).map(({ link }) => [link.id, link.name]);
  }

  isOneOfEach() {
    for (const part of [({ key }) => key, ({ link }) => link.id]) {
      const values = this.items().map(part);
      expect(new Set(values).size).toBe(values.length);
    }
  }

  everythingArrives() {
    while (this.requests.length > 0) this.serve(1);
    while (this.answers.length > 0) this.reply(1);
    while (this.frames.length > 0) this.hear(0);
    this.take();
    this.ask();
    this.take();
  }
}

const step = fc.tuple(fc.constantFrom('others', 'mine', 'mine', 'choose', 'serve', 'serve', 'reply', 'reply', 'hear', 'hear', 'ask', 'take'), fc.nat(1000));

it('eventually the page equals the table, and each row always shows exactly once', () => {
  fc.assert(fc.property(fc.array(step, { maxLength: 60 }), script => {
    const world = new World();
    for (const [name, n] of script) {
      world[name](n);
      world.isOneOfEach();
    }
    world.everythingArrives();
    expect(world.shown()).toEqual([...world.table].sort(([a], [b]) => a - b));
    expect(edits.unsettled(world.edits)).toEqual([]);
    for (const { phase } of world.edits.all.values()) expect(['open', 'notice']).toContain(phase);
  }), { numRuns: 1500 });
});

const rowsWith = more => firstRows({ links: [{ ...FIELDS, id: 1, name: 'a', ...more }], tags: [], users: [] });

it('what the visitor typed survives any change of the row under the form, and nothing else is sent', () => {
  const values = fc.record({
    name: fc.constantFrom(...NAMES), url: fc.constantFrom('u', 'v'), pending: fc.boolean(),
    tags: fc.subarray([5, 6, 7]),
  });
  const turn = fc.oneof(values.map(row => ({ row })), fc.constantFrom(...NAMES).map(name => ({ name })));
  fc.assert(fc.property(values, fc.array(turn), (first, turns) => {
    let rows = rowsWith(first);
    let state = edits.openEdit(edits.FIRST_EDITS, rows.links[0]);
    let typed = null;
    for (const { row, name } of turns) {
      if (row) {
        const after = rowsWith(row);
        state = edits.follow(state, rows, after);
        rows = after;
      } else {
        state = edits.type(state, 1, 'name', name);
        typed = name === rows.links[0].name ? null : name;
      }
      const { fields, added, removed } = difference(state.all.get(1));
      if (typed === rows.links[0].name) typed = null;
      expect(fields).toEqual(typed === null ? {} : { name: typed });
      expect([...added, ...removed]).toEqual([]);
    }
  }));
});
