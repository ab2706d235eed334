import fc from 'fast-check';
import { beforeEach, describe, expect, it, vi } from 'vitest';

import Conversation from '../src/utils/chat/conversation';
import { LIMIT, pending } from '../src/utils/chat/outbox';
import { bodies, body, DATA } from './chatHelpers';

const PAGE = 4; // small, so that there are several pages

/**
 * A server with one room, and a page behind a network that delays, reorders, duplicates and loses frames, and breaks.
 * As the protocol has it, an id is stored once and acknowledged each time.
 */
class World {
  constructor(data = {}) {
    Object.assign(this, { rows: [], deleted: new Set(), toServer: [], toPage: [], words: 0, written: [], acknowledged: new Set(), died: 0 });
    sessionStorage.clear();
    this.load(data);
  }

  load(data) {
    const rows = this.left().slice(-PAGE);
    this.page = new Conversation({
      data: { ...DATA, messages: rows, more: this.left().length > PAGE, number: this.rows.length, deletions: this.deleted.size, ...data },
      onChange: () => {}, onDead: () => { this.died += 1; this.reconnect(); },
    });
    this.page.start();
    this.shownFrom = this.page.room.log.messages[0]?.number ?? this.rows.length + 1;
    this.isUp = false;
  }

  left() {
    return this.rows.filter(({ number }) => !this.deleted.has(number));
  }

  reply(frame) {
    this.toPage.push(frame);
  }

  answer(content) {
    this.reply({
      type: 'messages', before: null, after: null, number: this.rows.length, deletions: this.deleted.size, ...content,
    });
  }

  store(user, text, id) {
    const known = this.rows.find(row => id && row.user === user && row.id === id);
    const row = known ?? body(this.rows.length + 1, user, text, id);
    if (!known) this.rows.push(row);
    if (!this.deleted.has(row.number)) this.reply({ type: 'chat_message', ...row });
    return row;
  }

  serve(frame) {
    if (frame.message) {
      const { number } = this.store('alice', frame.message, frame.id);
      this.reply({ type: 'message_stored', id: frame.id, number });
    } else if (frame.action === 'after') {
      const found = this.left().filter(({ number }) => number > frame.number);
      this.answer({ messages: found.slice(0, PAGE), after: frame.number, more: found.length > PAGE });
    } else if (frame.action === 'before') {
      const found = this.left().filter(({ number }) => number < frame.number);
      this.answer({ messages: found.slice(-PAGE), before: frame.number, more: found.length > PAGE });
    }
  }

  // Events

  connect() {
    if (this.isUp) return;
    this.isUp = true;
    this.page.opened(frame => {
      this.toServer.push(frame);
      return true;
    });
    // Always the first frame: nothing overtakes it.
    this.page.heard({
      type: 'tester_message', number: this.rows.length, deletions: this.deleted.size, may_write: true, closed: false, me: 'alice',
    });
  }

  cut() {
    this.isUp = false;
    this.toServer = [];
    this.toPage = [];
    this.page.closed();
  }

  reconnect() {
    this.cut();
    this.connect();
  }

  reload() {
    this.cut();
    this.page.stop();
    this.load();
    this.connect();
  }

  write() {
    this.words += 1;
    if (this.page.say(`word ${this.words}`)) this.written.push(`word ${this.words}`);
  }

  others() {
    this.store('bob', 'hello', null);
  }

  remove(n) {
    const left = this.left().map(({ number }) => number);
    const numbers = left.slice(n % (left.length + 1)).slice(0, 1 + n % 3);
    if (numbers.length === 0) return;
    numbers.forEach(number => this.deleted.add(number));
    this.toPage = this.toPage.filter(frame => frame.type !== 'chat_message' || !numbers.includes(frame.number));
    // A frame names only the latest of many deletions.
    this.reply({ type: 'message_deleted', numbers: numbers.slice(-2), deletions: this.deleted.size });
  }

  older() {
    this.page.askOlder();
  }

  serverReads() {
    if (this.toServer.length > 0) this.serve(this.toServer.shift());
  }

  pageReads(n) {
    if (this.toPage.length === 0) return;
    const at = n % this.toPage.length;
    const frame = this.toPage[at];
    if (n % 5 > 0) this.toPage.splice(at, 1); // Occasionally it is duplicated.
    if (frame.type === 'message_stored') this.acknowledged.add(this.rows[frame.number - 1].message);
    this.page.heard(frame);
  }

  loseQuestion() {
    this.toServer.shift();
  }

  loseFrame(n) {
    this.toPage.splice(n % Math.max(1, this.toPage.length), 1);
  }

  wait(n) {
    vi.advanceTimersByTime([100, 1100, 4000, 12000][n % 4]);
  }

  /** Ends the network's faults. */
  settle() {
    this.connect();
    for (let turn = 0; turn < 300; turn += 1) {
      while (this.toServer.length + this.toPage.length > 0) {
        this.serverReads();
        while (this.toPage.length > 0) this.pageReads(1);
      }
      vi.advanceTimersByTime(500);
    }
  }

  shown() {
    return this.page.room.log.messages.map(({ number }) => number);
  }

  expected() {
    const from = Math.min(this.shownFrom, ...this.shown());
    return this.left().map(({ number }) => number).filter(number => number >= from);
  }

  texts() {
    return this.rows.filter(({ user }) => user === 'alice').map(({ message }) => message);
  }
}

const QUIET = ['write', 'write', 'others', 'serverReads', 'serverReads', 'pageReads', 'pageReads', 'wait'];
const NASTY = ['loseQuestion', 'loseFrame', 'loseFrame', 'reconnect', 'cut', 'connect'];
const steps = names => fc.array(fc.tuple(fc.constantFrom(...names), fc.nat(1000)), { maxLength: 80, size: 'max' });

function play(script) {
  const world = new World();
  world.connect();
  for (const [name, n] of script) world[name](n);
  world.settle();
  return world;
}

const RUNS = { numRuns: 300 };

describe('whatever the network does, eventually', () => {
  const check = (names, more = () => {}) => fc.assert(fc.property(steps(names), script => {
    const world = play(script);
    // Everything written was stored once, in the order in which it was written.
    expect(world.texts()).toEqual(world.written);
    expect(world.page.room.outbox).toEqual([]);
    expect(JSON.stringify(sessionStorage)).toBe('{}');
    // The page shows every message once, in the room's order.
    expect(world.shown()).toEqual(world.expected());
    more(world);
    world.page.stop();
  }), RUNS);

  it('every message arrives once and in order: with delays, duplicates and reordering', () => check(QUIET));

  it('with losses and broken sockets', () => check([...QUIET, ...NASTY], world => {
    for (const text of world.acknowledged) expect(world.texts().filter(other => other === text)).toHaveLength(1);
  }));

  it('with deletions', () => check([...QUIET, 'remove', 'remove']));

  it('with lost deletions', () => check([...QUIET, ...NASTY, 'remove', 'remove', 'reload', 'older']));

  it('with reloads: the outbox survives', () => check([...QUIET, ...NASTY, 'reload']));
});

describe('a conversation', () => {
  let sent;
  let page;
  let died;

  function open(data = {}, hello = {}) {
    sent = [];
    died = 0;
    page = new Conversation({
      data: { ...DATA, ...data }, onChange: () => {}, onDead: () => { died += 1; },
    });
    page.start();
    if (hello) join(hello);
  }

  const join = hello => {
    page.opened(frame => sent.push(frame) > 0);
    page.heard({ type: 'tester_message', number: 0, may_write: true, closed: false, me: 'alice', ...hello });
  };
  const said = () => sent.filter(({ message }) => message).map(({ message }) => message);
  const asked = () => sent.filter(({ action }) => action === 'after').map(({ number }) => number);
  const answer = (messages = [], more = false, { after = asked().at(-1), number = 0, ...rest } = {}) =>
    page.heard({ type: 'messages', messages, before: null, after, more, number, deletions: 0, ...rest });
  const last = () => sent.filter(({ message }) => message).at(-1);
  const pass = milliseconds => vi.advanceTimersByTime(milliseconds);

  beforeEach(() => sessionStorage.clear());

  it('sends nothing before the hello', () => {
    open({}, null);
    page.say('early');
    page.opened(frame => sent.push(frame) > 0);
    page.tellTyping();
    expect(sent).toEqual([]);
    join({});
    expect(said()).toEqual(['early']);
  });

  it('requests what follows the last message, until there is no more', () => {
    open({ messages: [body(1)], number: 1 }, { number: 120 });
    expect(asked()).toEqual([1]);
    answer(Array.from({ length: 50 }, (_, n) => body(n + 2)), true);
    expect(asked()).toEqual([1, 51]);
    answer(Array.from({ length: 69 }, (_, n) => body(n + 52)), false);
    expect(asked()).toEqual([1, 51]);
    expect(page.room.log.messages).toHaveLength(120);
  });

  it('doesn’t ask forever if an answer claims that there is more but is empty', () => {
    open();
    answer([], true);
    expect(asked()).toEqual([0]);
  });

  it('waits briefly for a late frame before it asks', () => {
    open();
    answer();
    page.heard({ type: 'chat_message', ...body(2) });
    pass(900);
    expect(asked()).toEqual([0]);
    page.heard({ type: 'chat_message', ...body(1) });
    pass(2000);
    expect(asked()).toEqual([0]);
    page.heard({ type: 'chat_message', ...body(4) });
    pass(1100);
    expect(asked()).toEqual([0, 2]);
    pass(5000);
    expect(asked()).toEqual([0, 2]);
  });

  it('asks periodically: the last frame may have been lost', () => {
    open();
    answer();
    pass(36000);
    expect(asked()).toEqual([0, 0]);
  });

  it('sends the next message once the last one is stored', () => {
    open();
    ['a', 'b', 'c'].forEach(text => page.say(text));
    expect(said()).toEqual(['a']);
    page.heard({ type: 'message_stored', id: last().id, number: 1 });
    expect(said()).toEqual(['a', 'b']);
    page.heard({ type: 'chat_message', ...body(2, 'alice', 'b', last().id) });
    expect(said()).toEqual(['a', 'b', 'c']);
  });

  it('retries what is not answered, with the same id', () => {
    open();
    page.say('a');
    pass(10100);
    expect(sent.filter(({ message }) => message).map(({ id }) => id)).toEqual([last().id, last().id]);
  });

  it.each(['rate_limited', 'unavailable', 'busy'])('waits as long as the server wants when it is %s', code => {
    open();
    answer();
    page.say('a');
    page.say('b');
    page.heard({ type: 'error', code, message: 'x', id: last().id, retry_after: 4 });
    pass(3900);
    expect(said()).toEqual(['a']);
    expect(page.room.outbox.every(({ failure }) => failure === null)).toBe(true);
    pass(200);
    expect(said()).toEqual(['a', 'a']);
  });

  it('retries what the server could not decide', () => {
    open();
    answer();
    page.say('a');
    page.heard({ type: 'error', code: 'unavailable', message: 'x', id: last().id });
    pass(900);
    expect(said()).toEqual(['a']);
    expect(page.room.outbox).toMatchObject([{ failure: null }]);
    pass(200);
    expect(said()).toEqual(['a', 'a']);
  });

  it.each([
    ['was put off', () => page.heard({ type: 'error', code: 'rate_limited', message: 'x', id: null, retry_after: 0.1 })],
    ['was answered already', () => answer()],
  ])('doesn’t count an answer as newer than its request if that %s', (_, first) => {
    open();
    first();
    page.heard({ type: 'message_stored', id: 'x', number: 1 });
    pass(1100);
    expect(asked()).toEqual([0, 0]);
    answer();
    expect(page.room.log).toMatchObject({ seen: 0, known: 1 });
    pass(1100);
    expect(asked()).toEqual([0, 0, 0]);
    page.heard({ type: 'chat_message', ...body(1) });
    expect(page.room.log.messages).toHaveLength(1);
  });

  describe('that missed a deletion', () => {
    const before = () => sent.filter(({ action }) => action === 'before').map(({ number }) => number);
    const reread = (messages, more = false, number = before().at(-1)) =>
      page.heard({ type: 'messages', messages, before: number, after: null, more, number: 13, deletions: 1 });
    const shown = () => page.room.log.messages.map(({ number }) => number);

    beforeEach(() => open({ messages: [body(11), body(12), body(13)], number: 13, more: true }, { number: 13, deletions: 1 }));

    it('starts over on a socket of another room with this name', () => {
      pass(1100);
      page.closed();
      join({ number: 20, deletions: 0 });
      answer(bodies(18, 20), false, { number: 20 });
      expect(shown()).toEqual([18, 19, 20]);
      pass(25000);
      expect(died).toBe(0);
    });

    it('asks nothing after the room was closed', () => {
      page.heard({ type: 'room_closed', room: 'default' });
      pass(60000);
      expect(before()).toEqual([]);
      expect(vi.getTimerCount()).toBe(0);
    });

    it('reads its messages again, page by page', () => {
      pass(900);
      expect(before()).toEqual([]);
      pass(200);
      expect(before()).toEqual([14]);
      reread([body(13)], true);
      expect(before()).toEqual([14, 13]);
      reread([body(11)]);
      expect(shown()).toEqual([11, 13]);
      pass(60000);
      expect(before()).toEqual([14, 13]);
    });

    it('doesn’t if the deletion was merely late', () => {
      page.heard({ type: 'message_deleted', numbers: [12], deletions: 1 });
      pass(10000);
      expect(before()).toEqual([]);
      expect(shown()).toEqual([11, 13]);
    });

    it('resumes on the next socket', () => {
      pass(1100);
      reread([body(13)], true);
      page.closed();
      join({ number: 13, deletions: 1 });
      expect(before()).toEqual([14, 13, 13]);
      reread([body(11)]);
      expect(shown()).toEqual([11, 13]);
    });

    it('waits as long as the server wants', () => {
      pass(1100);
      page.heard({ type: 'error', code: 'rate_limited', message: 'x', id: null, retry_after: 4 });
      answer([], false, { number: 13, deletions: 1 });
      pass(3900);
      expect(before()).toEqual([14]);
      pass(200);
      expect(before()).toEqual([14, 14]);
    });

    it('replaces a socket that doesn’t answer', () => {
      answer([], false, { number: 13, deletions: 1 });
      pass(1100);
      expect(before()).toEqual([14]);
      pass(20000);
      expect(died).toBe(1);
    });

    it('still loads older messages on request', () => {
      pass(1100);
      page.askOlder();
      expect(before()).toEqual([14, 11]);
      reread([body(11), body(13)], true, 14);
      expect(page.room.older).toBe(true);
      reread([body(9), body(10)], false, 11);
      expect(page.room).toMatchObject({ older: false, log: { more: false } });
      expect(shown()).toEqual([9, 10, 11, 13]);
    });
  });

  it('removes stored messages from the browser’s storage', () => {
    open();
    page.say('a');
    expect(sessionStorage.length).toBe(1);
    page.heard({ type: 'message_stored', id: last().id, number: 1 });
    expect(sessionStorage.length).toBe(0);
    expect(page.room.outbox).toMatchObject([{ text: 'a', number: 1 }]);
  });

  it('pauses its requests too', () => {
    open();
    page.heard({ type: 'error', code: 'rate_limited', message: 'x', id: null, retry_after: 4 });
    pass(3900);
    expect(asked()).toEqual([0]);
    pass(200);
    expect(asked()).toEqual([0, 0]);
  });

  it.each([undefined, 'soon', -1, 0])('waits a second if the server says %j', retry_after => {
    open();
    page.say('a');
    page.heard({ type: 'error', code: 'rate_limited', message: 'x', id: last().id, retry_after });
    pass(900);
    expect(said()).toEqual(['a']);
    pass(200);
    expect(said()).toEqual(['a', 'a']);
  });

  it.each(['forbidden', 'too_long', 'empty', 'offline', 'unknown_user', 'bad_id'])('stops sending what is refused: %s', code => {
    open();
    page.say('a');
    page.say('b');
    page.heard({ type: 'error', code, message: 'no', id: last().id });
    pass(60000);
    expect(said().filter(text => text === 'a')).toEqual(['a']);
    expect(said()).toContain('b');
    expect(page.room.outbox[0]).toMatchObject({ text: 'a', failure: { code, message: 'no' } });
  });

  it('keeps what is refused over a reload, without sending it', () => {
    open();
    page.say('a');
    page.heard({ type: 'error', code: 'offline', message: 'no', id: last().id });
    open();
    expect(said()).toEqual([]);
    expect(page.room.outbox).toMatchObject([{ text: 'a', failure: { code: 'offline' } }]);
  });

  it('fails all pending messages when the room is closed', () => {
    open();
    ['a', 'b'].forEach(text => page.say(text));
    page.heard({ type: 'room_closed', room: 'default' });
    expect(page.room).toMatchObject({ closed: true, ended: true, mayWrite: false });
    expect(page.room.outbox.map(({ failure }) => failure.code)).toEqual(['closed', 'closed']);
    expect(page.say('c')).toBe(false);
    pass(60000);
    expect(said()).toEqual(['a']);
    expect(died).toBe(0);
  });

  it('sends nothing if another visitor is logged in', () => {
    open();
    page.say('a');
    page.closed();
    join({ me: 'bob' });
    expect(said()).toEqual(['a']);
    expect(page.room.joined).toBe(false);
    page.closed();
    join({});
    expect(said()).toEqual(['a', 'a']);
  });

  it('keeps outboxes apart by visitor and room', () => {
    open({}, null);
    page.say('a');
    for (const data of [{ me: 'bob' }, { room: 'other' }, { me: null, may_write: false }]) {
      open(data, { me: data.me ?? 'alice' });
      expect(page.room.outbox).toEqual([]);
    }
    open();
    expect(said()).toEqual(['a']);
  });

  it('drops what the reloaded page already shows', () => {
    open();
    page.say('a');
    open({ messages: [body(1, 'alice', 'a', last().id)], number: 1 }, { number: 1 });
    expect(page.room.outbox).toEqual([]);
    expect(said()).toEqual([]);
    expect(sessionStorage.length).toBe(0);
  });

  it('keeps its message if somebody else’s has the same id', () => {
    open();
    page.say('a');
    page.heard({ type: 'chat_message', ...body(1, 'mallory', 'b', last().id) });
    expect(page.room.outbox).toHaveLength(1);
  });

  it('limits the outbox', () => {
    open({}, null);
    for (let n = 0; n < LIMIT; n += 1) expect(page.say(`m${n}`)).toBe(true);
    expect(page.say('one more')).toBe(false);
    expect(pending(page.room.outbox)).toHaveLength(LIMIT);
  });

  it.each(['no json', '{}', '[1, {"id": 1}]'])('survives invalid data in the storage: %s', text => {
    sessionStorage.setItem('chat-outbox:alice:default', text);
    open();
    expect(page.room.outbox).toEqual([]);
  });

  it('works without storage', () => {
    vi.spyOn(Storage.prototype, 'setItem').mockImplementation(() => { throw new Error('full'); });
    vi.spyOn(Storage.prototype, 'getItem').mockImplementation(() => { throw new Error('forbidden'); });
    open();
    page.say('a');
    expect(said()).toEqual(['a']);
  });

  it('replaces a socket that answers no question', () => {
    open();
    pass(19900);
    expect(died).toBe(0);
    pass(200);
    expect(died).toBe(1);
  });

  it('replaces one that is silent after a message was tried twice', () => {
    open();
    answer();
    page.say('a');
    pass(10100);
    page.heard({ type: 'user_join', user: 'bob' });
    pass(10000);
    expect(died).toBe(0);
    pass(10000);
    expect(died).toBe(1);
  });

  it('reports typing at most every three seconds', () => {
    open();
    const told = () => sent.filter(({ action }) => action === 'typing').length;
    page.tellTyping();
    pass(2900);
    page.tellTyping();
    expect(told()).toBe(1);
    pass(200);
    page.tellTyping();
    expect(told()).toBe(2);
  });

  it('shows somebody as typing for four seconds, or until their message', () => {
    open();
    const typing = () => [...page.room.typing.keys()];
    page.heard({ type: 'typing', user: 'bob' });
    page.heard({ type: 'typing', user: 'alice' });
    pass(3000);
    page.heard({ type: 'typing', user: 'carol' });
    page.heard({ type: 'typing', user: 'dan' });
    expect(typing()).toEqual(['bob', 'carol', 'dan']);
    pass(1100);
    expect(typing()).toEqual(['carol', 'dan']);
    page.heard({ type: 'chat_message', ...body(1, 'carol') });
    expect(typing()).toEqual(['dan']);
    pass(3000);
    expect(typing()).toEqual([]);
  });

  it('leaves no timer running', () => {
    open();
    page.say('a');
    pass(1); // jsdom's own timer, from the storage
    page.heard({ type: 'typing', user: 'bob' });
    page.heard({ type: 'chat_message', ...body(7) });
    page.stop();
    expect(vi.getTimerCount()).toBe(0);
  });

  it.each([{}, { type: 'news' }, { type: 'toString' }, { type: 'message_stored', id: 'x' }, { type: 'chat_message' },
    { type: 'messages' }, { type: 'user_list' }, { type: 'user_join' }, { type: 'typing' }, { type: 'error' },
    { type: 'message_deleted' }, { type: 'messages', after: 0, messages: 7, more: true },
    { type: 'messages', after: 1, more: true }])('survives the frame %j', frame => {
    open({ messages: [body(1)], number: 1 }, { number: 1 });
    page.heard(frame);
    expect(page.room.log.messages).toHaveLength(1);
    expect(page.room.users).toEqual([]);
    page.say('still here');
    expect(said()).toEqual(['still here']);
  });
});
