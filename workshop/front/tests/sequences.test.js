import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { applyAnswer, applyFrame, asked, firstRows, opened, STREAMS, synced } from '../src/utils/links';
import {
  allKnown, covered, firstSequences, gaps, listen, MAX_AHEAD, missing, reopened,
} from '../src/utils/sequences';

const FIRST_SEQUENCES = firstSequences(STREAMS);
const hear = (sequences, seq, pk = 1) => listen(sequences, 'links', { action: 'update', seq, pk });
const after = (...seqs) => seqs.reduce((so, seq) => hear(so, seq).sequences, listenSync(FIRST_SEQUENCES, 10));
const listenSync = (sequences, seq) => covered(listen(sequences, 'links', { action: 'sync', seq }).sequences);

describe('sequences', () => {
  it('have no gap while each number follows the last', () => {
    expect(gaps(after(11, 12, 13))).toEqual([]);
  });

  it('have a gap until what is missing arrives, in any order', () => {
    expect(gaps(after(11, 13))).toEqual(['links after 11']);
    expect(gaps(after(14, 11, 13))).toEqual(['links after 11']);
    expect(gaps(after(14, 11, 13, 12))).toEqual([]);
  });

  it('have a gap if the newest number is higher than those received', () => {
    const { sequences, fresh } = listen(after(11), 'links', { action: 'sync', seq: 12 });
    expect(fresh).toBe(false);
    expect(gaps(sequences)).toEqual(['links after 11']);
    expect(gaps(hear(sequences, 12).sequences)).toEqual([]);
  });

  it('have a gap after a jump forward: the counter was reset', () => {
    expect(gaps(after(11, 5000))).toEqual(['links after 11']);
  });

  it('start over if the counter went back below what was known at the request', () => {
    const before = synced({ sequences: after(11, 12) }).sequences;
    const { sequences } = listen(before, 'links', { action: 'sync', seq: 11 });
    expect(gaps(sequences)).toEqual(['links after -Infinity']);
    expect(hear(covered(sequences), 12).fresh).toBe(true);
  });

  it('don’t mistake an answer overtaken by frames for a reset', () => {
    const before = synced({ sequences: after(11) }).sequences;
    const { sequences } = listen(hear(before, 12).sequences, 'links', { action: 'sync', seq: 11 });
    expect(gaps(sequences)).toEqual([]);
    expect(hear(sequences, 12).fresh).toBe(false);
  });

  it('apply a frame once', () => {
    const sequences = after(11, 13);
    for (const seq of [9, 11, 13]) expect(hear(sequences, seq)).toEqual({ sequences, fresh: false, lost: false });
  });

  it('ignore a late frame of the same row, but not of another', () => {
    expect(hear(after(11, 13), 12).fresh).toBe(false);
    expect(hear(after(11, 13), 12, 2).fresh).toBe(true);
  });

  it('drop their gaps when the rows are requested', () => {
    const sequences = covered(after(11, 13));
    expect(gaps(sequences)).toEqual([]);
    expect(hear(sequences, 12).fresh).toBe(false);
    expect(hear(sequences, 14).fresh).toBe(true);
  });

  it('stay bounded: behind too many frames, the missing ones count as lost', () => {
    let sequences = after(11);
    let lost = 0;
    for (let seq = 20; seq < 20 + 3 * MAX_AHEAD; seq += 2) {
      const heard = hear(sequences, seq);
      sequences = heard.sequences;
      lost += heard.lost;
      expect(sequences.links.ahead.size).toBeLessThanOrEqual(MAX_AHEAD);
    }
    expect(lost).toBe(1);
  });

  it('need no memory of what arrived without a gap', () => {
    expect(after(11, 12, 13).links.ahead.size).toBe(0);
  });

  it('are known once each stream has reported a number', () => {
    expect(allKnown(FIRST_SEQUENCES)).toBe(false);
    const known = ['links', 'tags', 'linktags'].reduce(
      (so, stream) => listen(so, stream, { action: 'sync', seq: 3 }).sequences, FIRST_SEQUENCES);
    expect(allKnown(known)).toBe(true);
  });

  it('remember over a reconnect what was received, but not what the server has yet to report', () => {
    const back = reopened(['tags', 'linktags'].reduce(
      (so, stream) => listen(so, stream, { action: 'sync', seq: 3 }).sequences, after(11, 13)));
    expect(allKnown(back)).toBe(false);
    expect(hear(back, 11).fresh).toBe(false);
    const told = listen(back, 'links', { action: 'sync', seq: 13 }).sequences;
    expect(gaps(hear(told, 12, 2).sequences)).not.toContain('links after 11');
    expect(missing(listen(back, 'links', { action: 'sync', seq: 15 }).sequences).links).toEqual({ after: 11, known: 15 });
  });

  it('start over if the number after a reconnect is lower than what was received', () => {
    const { sequences } = listen(reopened(after(11, 12)), 'links', { action: 'sync', seq: 11 });
    expect(gaps(sequences)).toEqual(['links after -Infinity']);
  });

  it.each([undefined, null, 'x', 1.5, NaN])('ignore a frame numbered %j', seq => {
    expect(hear(FIRST_SEQUENCES, seq)).toEqual({ sequences: FIRST_SEQUENCES, fresh: true, lost: false });
  });

  it('know no other streams', () => {
    expect(listen(FIRST_SEQUENCES, '__proto__', { seq: 3 }).sequences).toBe(FIRST_SEQUENCES);
  });
});

/**
 * A server with one table, and a page behind a network that delays, reorders, duplicates and loses frames.
 * As the protocol has it, a frame's number is taken after the commit and its row read after that.
 */
class World {
  constructor() {
    Object.assign(this, { table: new Map(), seq: 1000, unread: [], flying: [], answer: null, lost: false, pks: 0 });
    Object.assign(this, { kept: [], floor: 1000 });
    this.page = firstRows({ links: [], tags: [], users: [] });
  }

  change(n) {
    const pks = [...this.table.keys()];
    const pk = n % 3 === 0 || pks.length === 0 ? (this.pks += 1) : pks[n % pks.length];
    if (n % 3 === 1 && this.table.has(pk)) this.table.delete(pk);
    else this.table.set(pk, `v${this.seq}`);
    this.seq += 1;
    this.unread.push({ pk, seq: this.seq });
  }

  /** A worker reads the row and sends the frame. */
  send(n) {
    if (this.unread.length === 0) return;
    const [{ pk, seq }] = this.unread.splice(n % this.unread.length, 1);
    const there = this.table.has(pk);
    const data = there ? { name: this.table.get(pk) } : undefined;
    this.leave({ action: there ? 'update' : 'delete', pk, seq, data });
  }

  leave(payload) {
    this.flying.push({ stream: 'links', payload });
    this.kept.push(payload);
  }

  /** The server drops the oldest kept frame. */
  trim() {
    if (this.kept.length > 0) this.floor = Math.max(this.floor, this.kept.shift().seq);
  }

  /** The page requests what it lacks; frames no longer kept stay missing. */
  recover() {
    const { after } = missing(this.page.sequences).links ?? {};
    if (!(after >= this.floor)) return;
    const frames = this.kept.filter(({ seq }) => seq > after).sort((a, b) => a.seq - b.seq);
    this.page = applyFrame(this.page, { stream: 'links', payload: { action: 'recovered', after, frames } });
  }

  deliver(n) {
    if (this.flying.length === 0) return;
    const at = n % this.flying.length;
    this.page = applyFrame(this.page, this.flying[at]);
    if (n % 5 > 0) this.flying.splice(at, 1); // Occasionally it is duplicated.
  }

  lose(n) {
    if (this.flying.length > 0) this.flying.splice(n % this.flying.length, 1);
    this.lost = true;
  }

  sync() {
    this.page = synced(this.page);
    this.page = applyFrame(this.page, { stream: 'links', payload: { action: 'sync', seq: this.seq } });
  }

  reload() {
    this.seq += 1;
    this.leave({ action: 'reload', seq: this.seq });
  }

  ask() {
    this.page = asked(this.page);
    this.answer = undefined;
  }

  read() {
    if (this.answer === undefined) this.answer = [...this.table].map(([id, name]) => ({ id, name }));
  }

  take() {
    if (!this.answer) return;
    this.page = applyAnswer(this.page, { links: this.answer, tags: [], users: [] });
    this.answer = null;
  }

  reopen() {
    this.lost = true;
    this.flying = [];
    this.page = opened(this.page);
  }

  shown() {
    return this.page.links.map(link => [link.id, link.name]);
  }

  rows() {
    return [...this.table].sort(([a], [b]) => a - b);
  }

  everythingArrives() {
    while (this.unread.length > 0) this.send(0);
    while (this.flying.length > 0) this.deliver(1);
    this.sync();
  }

  needsRows() {
    return this.page.stale || gaps(this.page.sequences).length > 0;
  }
}

const steps = names => fc.array(fc.tuple(fc.constantFrom(...names), fc.nat(1000)), { maxLength: 60 });

const RUNS = { numRuns: 600 };
const BUSY = ['change', 'change', 'change', 'send', 'send', 'deliver', 'deliver', 'sync'];
const FETCHES = ['ask', 'read', 'take', 'reload'];
const LOSSES = ['lose', 'lose', 'reopen', 'recover'];

function play(script) {
  const world = new World();
  world.sync();
  world.ask();
  world.read();
  world.take();
  for (const [name, n] of script) world[name](n);
  return world;
}

describe('the page', () => {
  it('equals the table after frames in any order, without a fetch', () => {
    fc.assert(fc.property(steps(BUSY), script => {
      const world = play(script);
      world.everythingArrives();
      expect(world.needsRows()).toBe(false);
      expect(world.shown()).toEqual(world.rows());
    }), RUNS);
  });

  it('equals it after any order with fetches in between', () => {
    fc.assert(fc.property(steps([...BUSY, ...FETCHES]), script => {
      const world = play(script);
      world.read();
      world.take();
      world.everythingArrives();
      if (world.needsRows()) ['ask', 'read', 'take'].forEach(step => world[step]());
      expect(world.shown()).toEqual(world.rows());
    }), RUNS);
  });

  it('equals it or knows that it doesn’t after any loss; then one fetch is enough', () => {
    fc.assert(fc.property(steps([...BUSY, ...FETCHES, ...LOSSES, 'trim']), script => {
      const world = play(script);
      world.read();
      world.take();
      world.everythingArrives();
      if (!world.needsRows()) expect(world.shown()).toEqual(world.rows());
      ['ask', 'read', 'take'].forEach(step => world[step]());
      expect(world.needsRows()).toBe(false);
      expect(world.shown()).toEqual(world.rows());
    }), RUNS);
  });

  it('equals it after any loss, without a fetch, if everything missed was kept', () => {
    fc.assert(fc.property(steps([...BUSY, ...LOSSES]), script => {
      const world = play(script);
      world.everythingArrives();
      world.recover();
      expect(world.needsRows()).toBe(false);
      expect(world.shown()).toEqual(world.rows());
    }), RUNS);
  });
});
