import { act, fireEvent, screen } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import {
  all, bodies, body, hide, input, layOut, numbers, one, openRoom, say, serveRoom, texts, type,
} from './chatHelpers';
import { pass, SOON } from './helpers';

let end;

beforeEach(() => {
  vi.spyOn(Math, 'random').mockReturnValue(0.999);
  sessionStorage.clear();
  end = serveRoom();
});

const own = (frame, number) => ({ type: 'chat_message', ...body(number, 'alice', frame.message, frame.id) });
const stored = (frame, number) => ({ type: 'message_stored', id: frame.id, number });
const item = number => one(`[data-number="${number}"]`);
const statuses = () => all('[data-status]').map(({ dataset }) => dataset.status);
const connected = () => one('.chat-room').dataset.connected;
const addressee = () => one('.addressee')?.textContent;

describe('a message', () => {
  it('is shown at once, sent, acknowledged, and never duplicated', async () => {
    await openRoom(end);
    await say('  hello  ');
    expect(end.said()).toHaveLength(1);
    const [frame] = end.said();
    expect(frame).toEqual({ message: 'hello', id: expect.stringMatching(/^[A-Za-z0-9-]{1,64}$/) });
    expect(input().value).toBe('');
    expect(texts()).toEqual(['hello']);
    expect(statuses()).toEqual(['sending']);
    expect(screen.getByText('Sending…')).toBeTruthy();
    await end.say(stored(frame, 1));
    expect(statuses()).toEqual(['stored']);
    expect(screen.queryByText('Sending…')).toBeNull();
    await end.say(own(frame, 1));
    await end.say(own(frame, 1));
    expect(texts()).toEqual(['hello']);
    expect(item(1).dataset.mine).toBe('true');
    expect(statuses()).toEqual([]);
  });

  it('keeps its DOM element when it moves from the outbox to the log', async () => {
    await openRoom(end);
    await say('hello');
    const before = one('.message');
    await end.say(own(end.said()[0], 1));
    expect(one('.message')).toBe(before);
  });

  it('is sent after a reconnect', async () => {
    await openRoom(end);
    await end.break();
    await say('one');
    await say('two');
    expect(connected()).toBe('false');
    expect(screen.getAllByText('Waiting for the connection…')).toHaveLength(2);
    await end.comeBack();
    expect(connected()).toBe('true');
    expect(end.said().map(({ message }) => message)).toEqual(['one']);
    await end.say(own(end.said()[0], 1));
    expect(end.said().map(({ message }) => message)).toEqual(['one', 'two']);
  });

  it('is retried with the same id if the connection breaks before the answer', async () => {
    await openRoom(end);
    await say('one');
    await end.break();
    await end.comeBack();
    const [first, second] = end.said();
    expect(second).toEqual(first);
  });

  it('is sent by a reloaded page', async () => {
    const view = await openRoom(end);
    await say('one');
    view.unmount();
    await openRoom(end);
    expect(texts()).toEqual(['one']);
    const [first, second] = end.said();
    expect(second).toEqual(first);
  });

  it.each([
    ['closed', 'Not sent: the room is closed.'], ['forbidden', 'Not sent: you may not write here. Are you still logged in?'],
    ['too_long', 'Not sent: a message has at most 512 characters.'], ['bad_id', 'Not sent: in the server’s words'],
  ])('that is refused shows why and is kept: %s', async (code, text) => {
    await openRoom(end);
    await say('hello');
    await end.say({ type: 'error', code, message: 'in the server’s words', id: end.said()[0].id });
    expect(one('[data-status="failed"] [role="alert"]').textContent).toBe(text);
    expect(texts()).toEqual(['hello']);
    await pass(15000); // longer than the timeout of a message
    expect(end.said()).toHaveLength(1);
  });

  it('that is refused can be edited, retried or discarded', async () => {
    await openRoom(end);
    for (const text of ['/pm bob one', '/pm bob two', '/pm bob three']) {
      await say(text);
      await end.say({ type: 'error', code: 'offline', message: '', id: end.said().at(-1).id });
    }
    expect(one('[role="alert"]').textContent).toBe('Not delivered: bob isn’t in the chat just now.');
    const click = async (name, at) => {
      fireEvent.click(screen.getAllByRole('button', { name })[at]);
      await pass(SOON);
    };
    await click('Discard', 1);
    expect(texts()).toEqual(['one', 'three']);
    await click('Send again', 1);
    expect(end.said().at(-1)).toMatchObject({ action: 'private', to: 'bob', text: 'three' });
    expect(new Set(end.said().map(({ id }) => id)).size).toBe(4);
    await click('Edit', 0);
    expect(input().value).toBe('one');
    expect(addressee()).toBe('to bob');
    expect(document.activeElement).toBe(input());
    expect(texts()).toEqual(['three']);
  });

  it('can’t be edited while that would overwrite a draft', async () => {
    await openRoom(end);
    await say('hello');
    await end.say({ type: 'error', code: 'bad_id', message: '', id: end.said()[0].id });
    type('a draft');
    expect(screen.getByRole('button', { name: 'Edit' }).disabled).toBe(true);
  });

  it('is plain text, with web addresses as links', async () => {
    await openRoom(end, { messages: [body(1, 'bob', '<b>x</b> javascript:alert(1) https://a.example/?q=1.')], number: 1 });
    expect(one('.message b')).toBeNull();
    const links = all('.message a');
    expect(links.map(link => link.getAttribute('href'))).toEqual(['https://a.example/?q=1']);
    expect(links[0].rel).toBe('noopener noreferrer nofollow');
    expect(links[0].target).toBe('_blank');
    expect(texts()).toEqual(['<b>x</b> javascript:alert(1) https://a.example/?q=1.']);
  });

  it('disappears when a moderator deletes it', async () => {
    await openRoom(end, { messages: bodies(1, 3), number: 3 });
    await end.say({ type: 'message_deleted', numbers: [2] });
    expect(numbers()).toEqual([1, 3]);
  });
});

describe('the log', () => {
  it('shows the page’s latest messages in order, in a region of its own', async () => {
    await openRoom(end, { messages: bodies(51, 100), number: 100, more: true });
    expect(numbers()).toEqual(bodies(51, 100).map(({ number }) => number));
    expect(one('.chat-log').getAttribute('role')).toBe('log');
    expect(screen.getByRole('log', { name: 'Messages in #default' }).tabIndex).toBe(0);
    expect(item(51).querySelector('time').dateTime).toBe('2026-01-02T03:04:05Z');
  });

  it('says when it is empty', async () => {
    await openRoom(end);
    expect(screen.getByText('Nobody has said anything here yet.')).toBeTruthy();
  });

  it('requests what it has missed after each hello', async () => {
    await openRoom(end, { messages: bodies(1, 3), number: 3 });
    expect(end.asked('after')).toEqual([{ action: 'after', number: 3 }]);
    await end.answer('after', bodies(4, 5));
    await end.break();
    end.hello.number = 7;
    await end.comeBack();
    expect(end.asked('after').at(-1)).toEqual({ action: 'after', number: 5 });
    await end.answer('after', bodies(6, 7));
    expect(numbers()).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });

  it('inserts late messages in their place', async () => {
    await openRoom(end);
    for (const number of [1, 3, 4, 2, 3]) await end.say({ type: 'chat_message', ...body(number) });
    expect(numbers()).toEqual([1, 2, 3, 4]);
  });

  it('loads older messages on request', async () => {
    await openRoom(end, { messages: bodies(101, 150), number: 150, more: true });
    await act(async () => fireEvent.click(screen.getByRole('button', { name: 'Load older messages' })));
    expect(one('.chat-log').getAttribute('aria-busy')).toBe('true');
    await pass(SOON);
    fireEvent.click(one('.older'));
    expect(end.asked('before')).toEqual([{ action: 'before', number: 101 }]);
    await end.answer('before', bodies(51, 100), true);
    expect(numbers()).toHaveLength(100);
    fireEvent.click(one('.older'));
    await pass(SOON);
    expect(end.asked('before').at(-1)).toEqual({ action: 'before', number: 51 });
    await end.answer('before', bodies(1, 50), false);
    expect(numbers()[0]).toBe(1);
    expect(numbers()).toHaveLength(150);
    expect(one('.older')).toBeNull();
  });
});

describe('scrolling', () => {
  let layout;

  async function openLong(data) {
    await openRoom(end, { messages: bodies(51, 100), number: 100, more: true, ...data });
    layout = layOut();
    await end.say({ type: 'chat_message', ...body(101) });
  }

  it('sticks to the end', async () => {
    await openLong();
    expect(layout.log.scrollTop).toBe(51 * 20);
    await end.say({ type: 'chat_message', ...body(102) });
    expect(layout.log.scrollTop).toBe(52 * 20);
    expect(one('.new-messages')).toBeNull();
  });

  it('keeps the reader’s place, and counts what arrives below', async () => {
    await openLong();
    await layout.scrollTo(500);
    await end.say({ type: 'chat_message', ...body(102) });
    await end.say({ type: 'chat_message', ...body(103, 'alice') });
    expect(layout.log.scrollTop).toBe(500);
    expect(one('.new-messages').textContent).toBe('1 new message ↓');
    await end.say({ type: 'chat_message', ...body(104) });
    expect(one('.new-messages').textContent).toBe('2 new messages ↓');
    await act(async () => fireEvent.click(one('.new-messages')));
    expect(layout.log.scrollTop).toBe(54 * 20);
    expect(one('.new-messages')).toBeNull();
  });

  it('sticks to the end again once the reader returns to it', async () => {
    await openLong();
    await layout.scrollTo(500);
    await end.say({ type: 'chat_message', ...body(102) });
    await layout.scrollTo(52 * 20 - 100);
    expect(one('.new-messages')).toBeNull();
    await end.say({ type: 'chat_message', ...body(103) });
    expect(layout.log.scrollTop).toBe(53 * 20);
  });

  it('jumps to the end after the visitor’s own message', async () => {
    await openLong();
    await layout.scrollTo(500);
    await say('hello');
    expect(layout.log.scrollTop).toBe(52 * 20);
  });

  it('loads older messages near the top, once, and keeps the reader’s place', async () => {
    await openLong();
    await layout.scrollTo(150);
    expect(end.asked('before')).toEqual([]);
    await layout.scrollTo(90);
    await layout.scrollTo(80);
    expect(end.asked('before')).toEqual([{ action: 'before', number: 51 }]);
    await end.answer('before', bodies(1, 50), false);
    expect(layout.log.scrollTop).toBe(80 + 50 * 20);
    await layout.scrollTo(10);
    expect(end.asked('before')).toHaveLength(1);
  });

  it('keeps the reader’s place even if the divider of the day moves up', async () => {
    await openRoom(end, { messages: bodies(51, 100), number: 100, more: true });
    layout = layOut(20, 100, '.chat-log li');
    await end.say({ type: 'chat_message', ...body(101) });
    await layout.scrollTo(10);
    await end.answer('before', bodies(1, 50), false);
    expect(layout.log.scrollTop).toBe(10 + 50 * 20);
  });

  it('doesn’t load older messages at the end of a log too short to scroll', async () => {
    await openRoom(end, { messages: bodies(51, 100), number: 100, more: true });
    layout = layOut(3);
    await layout.scrollTo(50);
    expect(end.asked('before')).toEqual([]);
  });

  it('keeps the reader’s place when a late message is inserted above', async () => {
    await openLong();
    await end.say({ type: 'chat_message', ...body(103) });
    await layout.scrollTo(900);
    await end.say({ type: 'chat_message', ...body(102) });
    expect(layout.log.scrollTop).toBe(900);
    await layout.scrollTo(52 * 20);
  });

  it('drops messages far above while at the end, and only then', async () => {
    await openRoom(end, { messages: bodies(1, 500), number: 500 });
    layout = layOut();
    await end.say({ type: 'chat_message', ...body(501) });
    expect(numbers()).toHaveLength(500);
    expect(numbers()[0]).toBe(2);
    expect(one('.older')).toBeTruthy();
    await layout.scrollTo(500);
    await end.say({ type: 'chat_message', ...body(502) });
    expect(numbers()).toHaveLength(501);
  });
});

describe('private messages', () => {
  it('show their sender or recipient, where they arrived', async () => {
    await openRoom(end, { messages: bodies(1, 1), number: 1 });
    await end.say({ type: 'private_message', id: 'x1', user: 'bob', message: 'psst', timestamp: '2026-01-02T03:04:05Z' });
    await end.say({ type: 'private_message', id: 'x1', user: 'bob', message: 'psst', timestamp: '2026-01-02T03:04:05Z' });
    await end.say({ type: 'private_message_delivered', id: 'y1', target: 'carol', message: 'hey' });
    await end.say({ type: 'chat_message', ...body(2) });
    expect(texts()).toEqual(['m1', 'psst', 'hey', 'm2']);
    expect(all('[data-private]').map(({ dataset }) => [dataset.private, dataset.user])).toEqual([['from', 'bob'], ['to', 'carol']]);
    expect(all('[data-private] .author').map(label => label.textContent)).toEqual(['private from bob', 'private to carol']);
  });

  it('are sent by /pm and kept until delivered', async () => {
    await openRoom(end);
    await say('/pm bob psst');
    const [frame] = end.said();
    expect(frame).toEqual({ action: 'private', to: 'bob', text: 'psst', id: expect.any(String) });
    expect(one('[data-status="sending"]').dataset.private).toBe('to');
    expect(texts()).toEqual(['psst']);
    await end.say({ type: 'private_message_delivered', id: frame.id, target: 'bob', message: 'psst' });
    expect(texts()).toEqual(['psst']);
    expect(statuses()).toEqual([]);
    await end.break();
    await end.comeBack();
    expect(end.said()).toHaveLength(1);
  });

  it('start with a click on a name, in the list or on a message', async () => {
    await openRoom(end, { messages: [body(1, 'carol'), body(2, 'alice')], number: 2 });
    await end.say({ type: 'user_list', users: ['bob', 'alice'] });
    type('hello');
    fireEvent.click(screen.getByRole('button', { name: 'Write to bob privately' }));
    expect(input().value).toBe('hello');
    expect(addressee()).toBe('to bob');
    expect(document.activeElement).toBe(input());
    fireEvent.click(item(1).querySelector('button.author'));
    expect(addressee()).toBe('to carol');
    expect(item(2).querySelector('button.author')).toBeNull();
    expect(one('[data-username="alice"] button')).toBeNull();
  });
});

describe('the title', () => {
  afterEach(() => hide(false));

  it('counts what arrives while the page is hidden', async () => {
    await openRoom(end, { messages: bodies(1, 1), number: 1 });
    expect(document.title).toBe('#default · Workshop');
    await end.say({ type: 'chat_message', ...body(2) });
    expect(document.title).toBe('#default · Workshop');
    await hide(true);
    expect(document.title).toBe('#default · Workshop');
    await end.say({ type: 'chat_message', ...body(3) });
    await end.say({ type: 'chat_message', ...body(4, 'alice') });
    for (let times = 0; times < 2; times += 1) {
      await end.say({ type: 'private_message', id: 'x', user: 'bob', message: 'psst', timestamp: '' });
    }
    expect(document.title).toBe('(2) #default · Workshop');
    await hide(false);
    expect(document.title).toBe('#default · Workshop');
    await hide(true);
    await end.say({ type: 'chat_message', ...body(5) });
    expect(document.title).toBe('(1) #default · Workshop');
  });
});

describe('people', () => {
  const names = () => all('.people [data-username]').map(({ dataset }) => dataset.username);

  it('are listed by name, without duplicates, and follow the frames', async () => {
    await openRoom(end);
    await end.say({ type: 'user_list', users: ['bob', 'alice', 'bob', 7] });
    expect(names()).toEqual(['alice', 'bob']);
    await end.say({ type: 'user_join', user: 'aaron' });
    await end.say({ type: 'user_join', user: 'bob' });
    await end.say({ type: 'user_leave', user: 'alice' });
    await end.say({ type: 'user_leave', user: 'nobody' });
    expect(names()).toEqual(['aaron', 'bob']);
    expect(one('.people h2').textContent).toBe('Here now (2)');
  });

  it('are collapsed behind a button in a narrow window', async () => {
    await openRoom(end);
    const toggle = screen.getByRole('button', { name: 'Here now (0)' });
    expect(toggle.getAttribute('aria-expanded')).toBe('false');
    fireEvent.click(toggle);
    expect(toggle.getAttribute('aria-expanded')).toBe('true');
    expect(one('.people ul').classList.contains('open')).toBe(true);
  });

  it.each([[['bob'], 'bob is typing…'], [['bob', 'carol'], 'bob and carol are typing…'],
    [['bob', 'carol', 'dan'], 'bob, carol, and dan are typing…'], [['b', 'c', 'd', 'e'], 'Several people are typing…']])(
    'are shown typing: %j', async (typing, text) => {
      await openRoom(end);
      for (const user of [...typing, 'alice']) await end.say({ type: 'typing', user });
      expect(one('.typing').textContent).toBe(text);
      await pass(4000);
      expect(one('.typing').textContent).toBe('');
    });

  it('are told that I am typing, unless it is a private message', async () => {
    await openRoom(end);
    type('/pm bob x');
    type('xy');
    await pass(SOON);
    expect(end.asked('typing')).toHaveLength(0);
    fireEvent.click(screen.getByRole('button', { name: 'Write to the whole room, not to bob' }));
    type(' ');
    await pass(SOON);
    expect(end.asked('typing')).toHaveLength(0);
    type('h');
    type('he');
    await pass(SOON);
    expect(end.asked('typing')).toHaveLength(1);
  });
});

describe('the composer', () => {
  const button = () => screen.getByRole('button', { name: 'Send' });

  it('sends by button or Enter; Shift+Enter inserts a line break', async () => {
    await openRoom(end);
    expect(button().disabled).toBe(true);
    type('one');
    fireEvent.keyDown(input(), { key: 'Enter', shiftKey: true });
    fireEvent.keyDown(input(), { key: 'Enter', isComposing: true });
    fireEvent.keyDown(input(), { key: 'Enter', keyCode: 229 }); // Safari, just after the end of a composition
    await pass(SOON);
    expect(end.said()).toHaveLength(0);
    fireEvent.click(button());
    await pass(SOON);
    expect(end.said()).toHaveLength(1);
  });

  it('keeps its draft over a reload, per visitor and room', async () => {
    const { unmount } = await openRoom(end);
    type('half a sent');
    unmount();
    const other = await openRoom(end, { me: 'bob' });
    expect(input().value).toBe('');
    other.unmount();
    const { unmount: leave } = await openRoom(end);
    expect(input().value).toBe('half a sent');
    await say('half a sentence');
    leave();
    await openRoom(end);
    expect(input().value).toBe('');
  });

  it('sends nothing empty', async () => {
    await openRoom(end);
    await say('  \n ');
    expect(end.said()).toHaveLength(0);
    expect(texts()).toEqual([]);
  });

  it('accepts 512 characters, counted as the server does', async () => {
    await openRoom(end);
    type('😀'.repeat(461));
    expect(one('.left').textContent).toBe('');
    type('😀'.repeat(462));
    expect(one('.left').textContent).toBe('50 characters left');
    await say('😀'.repeat(513));
    expect(one('.left').textContent).toBe('1 characters too many');
    expect(input().getAttribute('aria-invalid')).toBe('true');
    expect(end.said()).toHaveLength(0);
    await say(` ${'😀'.repeat(512)} `);
    expect(end.said()).toHaveLength(1);
  });

  it('keeps its text while the outbox is full', async () => {
    await openRoom(end);
    await end.break();
    for (let n = 0; n < 50; n += 1) {
      type(`m${n}`);
      fireEvent.keyDown(input(), { key: 'Enter' });
    }
    await say('one more');
    expect(texts()).toHaveLength(50);
    expect(input().value).toBe('one more');
    expect(screen.getByText('Too many messages are waiting to be sent.')).toBeTruthy();
    expect(button().disabled).toBe(true);
  });
});

describe('a visitor who may not write', () => {
  it('reads as a guest, with a link to log in', async () => {
    end.hello = { ...end.hello, me: null, may_write: false };
    window.history.replaceState(null, '', '/chat/default/');
    await openRoom(end, { me: null, may_write: false, messages: bodies(1, 1), number: 1 });
    await end.say({ type: 'user_list', users: ['bob'] });
    expect(input()).toBeNull();
    expect(screen.getByRole('link', { name: 'Log in to write' }).getAttribute('href')).toBe('/accounts/login/?next=%2Fchat%2Fdefault%2F');
    expect(all('button.author, button.person')).toEqual([]);
    expect(one('.typing')).toBeNull();
    await end.say({ type: 'chat_message', ...body(2) });
    expect(numbers()).toEqual([1, 2]);
    window.history.replaceState(null, '', '/');
  });

  it('reads a closed room, as a moderator', async () => {
    end.hello = { ...end.hello, may_write: false, closed: true };
    await openRoom(end, { may_write: false, closed: true });
    expect(one('.room-closed')).toBeTruthy();
    expect(input().disabled).toBe(true);
    expect(connected()).toBe('true');
  });

  it('is anyone but the one the page was rendered for', async () => {
    end.hello = { ...end.hello, me: 'bob' };
    await openRoom(end);
    expect(one('.connection').textContent).toBe('You’ve been logged out · Log in');
    await say('not as bob');
    expect(statuses()).toEqual(['sending']);
    expect(end.said()).toEqual([]);
  });
});

describe('a closed room', () => {
  async function expectEnd() {
    expect(one('.room-closed').getAttribute('role')).toBe('alert');
    expect(input().disabled).toBe(true);
    expect(connected()).toBe('false');
    expect(one('.people')).toBeNull();
    await pass(120000);
    expect(end.made).toHaveLength(1);
    expect(end.alive()).toHaveLength(0);
  }

  it('says so and doesn’t reconnect after the frame', async () => {
    await openRoom(end);
    await say('hello');
    await end.say({ type: 'room_closed', room: 'default' });
    expect(one('[role="alert"]')).toBeTruthy();
    expect(statuses()).toEqual(['failed']);
    await expectEnd();
  });

  it('says so and doesn’t reconnect after the close code', async () => {
    await openRoom(end);
    await act(async () => end.server.close({ code: 4403, reason: '', wasClean: true }));
    await pass(SOON);
    await expectEnd();
  });

  it('says so when it refuses a message for that reason', async () => {
    await openRoom(end);
    await say('hello');
    await end.say({ type: 'error', code: 'closed', message: '', id: end.said()[0].id });
    expect(one('.room-closed')).toBeTruthy();
    expect(input().disabled).toBe(true);
    expect(texts()).toEqual(['hello']);
  });

  it('reconnects after any other code', async () => {
    await openRoom(end);
    await act(async () => end.server.close({ code: 4429, reason: '', wasClean: true }));
    await pass(1000 + SOON);
    expect(one('.room-closed')).toBeNull();
  });
});

it('a room says that the session has ended, and keeps what was not sent', async () => {
  await openRoom(end);
  await act(async () => end.server.close({ code: 4401, reason: '', wasClean: true }));
  end.start();
  await pass(60000);
  expect(end.made).toHaveLength(1);
  expect(connected()).toBe('false');
  expect(one('.connection').textContent).toBe('You’ve been logged out · Log in');
  await say('later');
  expect(statuses()).toEqual(['sending']);
});

it('a room retries what was refused once its visitor is logged in again, but only once', async () => {
  document.body.insertAdjacentHTML('afterbegin', '<nav><b id="me">alice</b></nav>');
  vi.stubGlobal('fetch', vi.fn(async () => ({ text: async () => '<nav><b id="me">alice</b></nav>' })));
  await openRoom(end);
  await say('who am I');
  const [{ id }] = end.said();
  await end.say({ type: 'error', code: 'forbidden', message: '', id });
  await pass(SOON);
  expect(end.said().map(frame => frame.id)).toEqual([id, id]);
  expect(statuses()).toEqual(['sending']);
  await end.say({ type: 'error', code: 'forbidden', message: '', id });
  await pass(SOON);
  expect(statuses()).toEqual(['failed']);
  expect(end.said()).toHaveLength(2);
});

it('a room that is gone says so, and the page stops reconnecting', async () => {
  await openRoom(end);
  vi.stubGlobal('fetch', vi.fn(async () => ({ status: 404, url: 'http://localhost/' })));
  vi.spyOn(console, 'error').mockImplementation(() => {});
  await end.break();
  await pass(60000);
  expect(screen.getByText(/This room is closed/)).toBeTruthy();
  expect(screen.queryByText('Reconnecting…')).toBeNull();
  const { length } = end.made;
  await pass(60000);
  expect(end.made).toHaveLength(length);
});

describe('the connection', () => {
  it('counts as open once the server has said hello', async () => {
    const { hello } = end;
    end.hello = null;
    await openRoom(end);
    expect(connected()).toBe('false');
    expect(one('.connection').textContent).toBe('Connecting…');
    await end.say(hello);
    expect(connected()).toBe('true');
    expect(one('.connection').textContent).toBe('Connected');
    await end.break();
    expect(one('.connection').textContent).toMatch(/^Reconnecting… · last updated/);
  });

  it('is replaced when the server stops answering', async () => {
    await openRoom(end);
    expect(end.made).toHaveLength(1);
    await pass(20000 + SOON);
    expect(end.made).toHaveLength(2);
    expect(end.alive()).toHaveLength(1);
    expect(connected()).toBe('true');
    expect(end.asked('after')).toHaveLength(2);
  });

  it('survives invalid frames', async () => {
    await openRoom(end, { messages: bodies(1, 1), number: 1 });
    for (const text of ['no json', '[]', '1', '{"type":{}}']) await end.say(text);
    expect(numbers()).toEqual([1]);
  });

  it('is cleaned up on unmount', async () => {
    const [add, remove] = ['addEventListener', 'removeEventListener'].map(name => vi.spyOn(document, name));
    const looks = spy => spy.mock.calls.filter(([type]) => type === 'visibilitychange').map(([, heard]) => heard);
    const view = await openRoom(end);
    await say('hello');
    await end.say({ type: 'typing', user: 'bob' });
    view.unmount();
    await pass(SOON);
    expect(looks(add).length).toBeGreaterThan(2);
    expect(looks(remove)).toEqual(expect.arrayContaining(looks(add)));
    expect(vi.getTimerCount()).toBe(0);
    expect(end.alive()).toHaveLength(0);
  });
});
