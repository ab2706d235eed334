import { act, fireEvent, screen } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { EVERY } from '../src/utils/chat/reading';
import { all, bodies, body, hide, input, layOut, numbers, one, openRoom, say, serveRoom, type } from './chatHelpers';
import { pass, SOON } from './helpers';

let end;

beforeEach(() => {
  sessionStorage.clear();
  end = serveRoom();
});

afterEach(() => hide(false));

const readings = () => end.asked('read').map(({ number }) => number);
const nameOf = ({ className, dataset }) => (className.startsWith('divider') ? className.split('-')[1] : Number(dataset.number));
const rows = () => all('.chat-log li').map(nameOf);
const said = (number, user = 'bob', text = `m${number}`) => end.say({ type: 'chat_message', ...body(number, user, text) });

describe('the marker of new messages', () => {
  it('stands above them until the visitor posts', async () => {
    await openRoom(end, { messages: bodies(1, 3), number: 3, read: 1 });
    expect(rows()).toEqual(['day', 1, 'new', 2, 3]);
    expect(screen.getByText('New')).toBeTruthy();
    await say('hello');
    expect(rows().slice(0, 4)).toEqual(['day', 1, 2, 3]);
  });

  it('is absent if everything was read, or the room was never entered', async () => {
    const view = await openRoom(end, { messages: bodies(1, 3), number: 3, read: 3 });
    expect(one('.divider-new')).toBeNull();
    view.unmount();
    await openRoom(end, { messages: bodies(1, 3), number: 3 });
    expect(one('.divider-new')).toBeNull();
  });

  it('appears if the tab was hidden, and disappears the next time', async () => {
    await openRoom(end, { messages: bodies(1, 2), number: 2 });
    await hide(true);
    await hide(false);
    await said(3);
    expect(one('.divider-new')).toBeNull();
    await hide(true);
    await said(4);
    await hide(false);
    expect(rows().slice(-2)).toEqual(['new', 4]);
    await hide(true);
    await hide(false);
    expect(one('.divider-new')).toBeNull();
  });

  it('is scrolled into view first', async () => {
    const heights = vi.spyOn(HTMLElement.prototype, 'scrollHeight', 'get').mockReturnValue(2000);
    vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(100);
    vi.spyOn(HTMLElement.prototype, 'offsetTop', 'get').mockImplementation(function offsetTop() {
      return this.classList.contains('divider-new') ? 600 : 0;
    });
    await openRoom(end, { messages: bodies(1, 50), number: 50, read: 20 });
    expect(one('.chat-log').scrollTop).toBe(540);
    expect(readings()).toEqual([]);
    heights.mockReturnValue(100);
    fireEvent.scroll(one('.chat-log'));
    await pass(SOON);
    expect(readings()).toEqual([50]);
    vi.restoreAllMocks();
  });
});

describe('the read position', () => {
  it('is reported while the page is visible, and not while it is hidden', async () => {
    await openRoom(end, { messages: bodies(1, 3), number: 3 });
    await end.answer('after', []);
    expect(readings()).toEqual([3]);
    await said(4);
    await pass(EVERY);
    expect(readings()).toEqual([3, 4]);
    await end.say({ type: 'room_read', room: 'default', number: 4 });
    await hide(true);
    await said(5);
    await pass(SOON);
    expect(readings()).toEqual([3, 4]);
    await hide(false);
    expect(readings()).toEqual([3, 4, 5]);
  });

  it('is reported when the page becomes hidden', async () => {
    await openRoom(end, { messages: bodies(1, 3), number: 3 });
    await said(4);
    await hide(true);
    expect(readings()).toEqual([3, 4]);
  });

  it('is reported when the page is left, before its socket is closed', async () => {
    await openRoom(end, { messages: bodies(1, 3), number: 3 });
    await said(4);
    window.dispatchEvent(new Event('pagehide'));
    await pass(SOON);
    expect(readings()).toEqual([3, 4]);
  });

  it('excludes messages below the visible part', async () => {
    await openRoom(end, { messages: bodies(1, 50), number: 50, read: 50 });
    const layout = layOut();
    await layout.scrollTo(200);
    await said(51);
    expect(readings()).toEqual([]);
    await act(async () => fireEvent.click(one('.new-messages')));
    await pass(SOON);
    expect(readings()).toEqual([51]);
  });

  it('is not reported for guests', async () => {
    end.hello = { ...end.hello, me: null, may_write: false };
    await openRoom(end, { me: null, may_write: false, messages: bodies(1, 3), number: 3 });
    expect(readings()).toEqual([]);
  });
});

describe('the other rooms', () => {
  const room = (name, number, read) => ({ name, online: 1, url: `/chat/${name}/`, number, read });
  const unread = () => Object.fromEntries(all('.other-rooms [data-room]').map(({ dataset }) => [dataset.room, Number(dataset.unread)]));
  const rooms = () => end.say({ type: 'rooms', rooms: [room('zoo', 5, 2), room('default', 9, 1), room('new', 4, null)] });

  it('are listed with their unread counts, which follow the frames', async () => {
    await openRoom(end);
    expect(end.asked('rooms')).toHaveLength(1);
    await rooms();
    expect(unread()).toEqual({ default: 0, new: 0, zoo: 3 });
    expect(screen.getByRole('navigation', { name: 'Rooms' })).toBeTruthy();
    expect(screen.getByRole('link', { name: '#default' }).getAttribute('aria-current')).toBe('page');
    await end.say({ type: 'room_news', room: 'zoo', number: 8 });
    expect(unread().zoo).toBe(6);
    expect(screen.getByRole('button', { name: 'Rooms 6 unread' })).toBeTruthy();
    await end.say({ type: 'room_read', room: 'zoo', number: 8 });
    expect(unread().zoo).toBe(0);
  });

  it('are requested again after a reconnect and when the page becomes visible', async () => {
    await openRoom(end);
    await end.break();
    await end.comeBack();
    expect(end.asked('rooms')).toHaveLength(2);
    await hide(true);
    await hide(false);
    expect(end.asked('rooms')).toHaveLength(3);
  });

  it('show where the visitor has a draft', async () => {
    sessionStorage.setItem('chat-draft:alice:zoo', 'half a sent');
    await openRoom(end);
    await rooms();
    expect(all('[data-room] .draft').map(({ parentElement }) => parentElement.dataset.room)).toEqual(['zoo']);
  });

  it('and the people are collapsed behind buttons in a narrow window, one open at a time', async () => {
    await openRoom(end);
    fireEvent.click(screen.getByRole('button', { name: 'Rooms' }));
    expect(one('#rooms').classList.contains('open')).toBe(true);
    fireEvent.click(screen.getByRole('button', { name: /^Here now/ }));
    expect(one('#people').classList.contains('open')).toBe(true);
    expect(one('#rooms').classList.contains('open')).toBe(false);
  });
});

describe('the recipient above the composer', () => {
  const addressee = () => one('.addressee')?.textContent;
  const remove = () => fireEvent.click(screen.getByRole('button', { name: /^Write to the whole room/ }));

  it('makes a message private, whatever it starts with, until removed', async () => {
    await openRoom(end);
    await end.say({ type: 'user_list', users: ['alice', 'bob'] });
    fireEvent.click(screen.getByRole('button', { name: 'Write to bob privately' }));
    expect(input().placeholder).toBe('Message that only bob sees');
    await say('/me waves');
    expect(end.said()).toEqual([{ action: 'private', to: 'bob', text: '/me waves', id: expect.any(String) }]);
    await end.say({ type: 'private_message_delivered', id: end.said()[0].id, target: 'bob', message: '/me waves' });
    expect(addressee()).toBe('to bob');
    remove();
    expect(document.activeElement).toBe(input());
    await say('to all');
    expect(end.said()[1]).toEqual({ message: 'to all', id: expect.any(String) });
  });

  it('is set by /pm, and replaced by another', async () => {
    await openRoom(end);
    type('/pm bob ');
    expect([addressee(), input().value]).toEqual(['to bob', '']);
    type('/pm carol hi');
    expect([addressee(), input().value]).toEqual(['to carol', 'hi']);
  });

  it('is removed by a backspace in an empty field, but not within a text', async () => {
    await openRoom(end);
    type('/pm bob x');
    fireEvent.keyDown(input(), { key: 'Backspace' });
    expect(addressee()).toBe('to bob');
    type('');
    fireEvent.keyDown(input(), { key: 'Backspace' });
    expect(addressee()).toBeUndefined();
  });

  it('survives a reload, with the draft and the outbox', async () => {
    const { unmount } = await openRoom(end);
    type('/pm bob one');
    fireEvent.keyDown(input(), { key: 'Enter' });
    type('two');
    unmount();
    await openRoom(end);
    expect([addressee(), input().value]).toEqual(['to bob', 'two']);
    expect(end.said()[end.said().length - 1]).toMatchObject({ action: 'private', to: 'bob', text: 'one' });
  });
});

describe('a mention', () => {
  const offered = () => screen.queryAllByRole('option').map(({ textContent }) => textContent);
  const chosen = () => one('[aria-selected="true"]')?.textContent;
  const key = name => fireEvent.keyDown(input(), { key: name });

  beforeEach(async () => {
    await openRoom(end);
    await end.say({ type: 'user_list', users: ['alice', 'bob', 'bo', 'carol'] });
  });

  it('is completed with the people present, by keyboard', async () => {
    type('hi @b');
    expect(offered()).toEqual(['@bo', '@bob']);
    expect(input().getAttribute('aria-activedescendant')).toBe(one('[aria-selected="true"]').id);
    key('ArrowDown');
    expect(chosen()).toBe('@bob');
    key('ArrowDown');
    expect(chosen()).toBe('@bo');
    key('ArrowUp');
    key('Enter');
    expect(input().value).toBe('hi @bob ');
    expect(input().selectionStart).toBe(8);
    expect(offered()).toEqual([]);
    await pass(SOON);
    expect(end.said()).toEqual([]);
    await say('hi @bob ');
    expect(end.said()[0].message).toBe('hi @bob');
  });

  it('is completed by a click, and dismissed with Escape', () => {
    type('@c');
    fireEvent.click(screen.getByRole('option', { name: '@carol' }));
    expect(input().value).toBe('@carol ');
    type('@carol @b');
    key('Escape');
    expect(offered()).toEqual([]);
    expect(input().hasAttribute('aria-activedescendant')).toBe(false);
  });

  it('is not completed in a private message', () => {
    type('/pm bob @c');
    expect(offered()).toEqual([]);
  });

  it('is highlighted, most of all one of me', async () => {
    await said(1, 'bob', '@carol @Alice <b>');
    expect(all('.mention').map(({ textContent, className }) => [textContent, className])).toEqual([
      ['@carol', 'mention'], ['@Alice', 'mention to-me']]);
    expect(one('[data-number="1"]').classList.contains('mentions-me')).toBe(true);
    await said(2, 'alice', 'I am @alice');
    expect(one('[data-number="2"]').classList.contains('mentions-me')).toBe(false);
  });
});

describe('a screen reader', () => {
  const announced = () => one('.announcer').textContent;

  it('announces what arrives, but never the history', async () => {
    await openRoom(end, { messages: bodies(51, 100), number: 100, more: true });
    expect(one('[role="log"]').getAttribute('aria-live')).toBe('off');
    expect(announced()).toBe('');
    await act(async () => fireEvent.click(screen.getByRole('button', { name: 'Load older messages' })));
    await pass(SOON);
    await end.answer('before', bodies(1, 50));
    expect(numbers()).toHaveLength(100);
    expect(announced()).toBe('');
    await said(101, 'bob', 'hi');
    expect(announced()).toBe('bob: hi');
    const node = one('.announcer p');
    await said(102, 'bob', 'hi');
    expect(one('.announcer p')).not.toBe(node);
  });

  it('reads every message of a group with its author', async () => {
    await openRoom(end, { messages: bodies(1, 2), number: 2 });
    expect(all('.message .author').map(({ textContent }) => textContent)).toEqual(['bob', 'bob']);
    expect(all('.message-head.visually-hidden')).toHaveLength(1);
  });
});
