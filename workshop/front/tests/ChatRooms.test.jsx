import { act, fireEvent, render, screen } from '@testing-library/react';
import { beforeEach, describe, expect, it, vi } from 'vitest';

import ChatRooms from '../src/containers/ChatRooms';
import { pass, serve, SOON } from './helpers';

const room = (name, online = 0) => ({ name, online, url: `/chat/${name}/` });

let end;
let onGo;

async function open(props) {
  onGo = vi.fn();
  const view = render(<ChatRooms rooms={[room('zoo', 2), room('default')]} me="alice" onGo={onGo} {...props} />);
  await pass(SOON);
  return view;
}

const rooms = () => [...document.querySelectorAll('li[data-room]')].map(({ dataset }) => [dataset.room, Number(dataset.online)]);
const input = () => screen.getByRole('textbox', { name: 'Room name' });

function submit(name) {
  fireEvent.change(input(), { target: { value: name } });
  fireEvent.submit(input().form);
}

beforeEach(() => {
  end = serve('ws://localhost/ws/chat/');
});

describe('the rooms', () => {
  it('are links sorted by name, with the number of people in them', async () => {
    await open();
    expect(rooms()).toEqual([['default', 0], ['zoo', 2]]);
    expect(screen.getByRole('link', { name: '#zoo' }).getAttribute('href')).toBe('/chat/zoo/');
    expect(document.querySelector('[data-room="zoo"]').textContent).toBe('#zoo2 here now');
  });

  it('show their unread counts, which follow the frames', async () => {
    await open({ rooms: [{ ...room('zoo'), number: 5, read: 2 }, { ...room('default'), number: 5, read: null }] });
    expect(document.querySelector('[data-room="zoo"] .unread').textContent).toBe('33 unread');
    expect(document.querySelector('[data-room="default"] .unread')).toBeNull();
    await end.say({ type: 'room_news', room: 'zoo', number: 150 });
    expect(document.querySelector('[data-room="zoo"] .unread').textContent).toBe('99+148 unread');
  });

  it('follow the frames', async () => {
    await open();
    await end.say({ type: 'room_count', room: 'default', online: 3 });
    await end.say({ type: 'room_count', room: 'new', online: 1 });
    expect(rooms()).toEqual([['default', 3], ['new', 1], ['zoo', 2]]);
    await end.say({ type: 'room_closed', room: 'default' });
    expect(rooms()).toEqual([['new', 1], ['zoo', 2]]);
    await end.say({ type: 'rooms', rooms: [room('other', 5)] });
    expect(rooms()).toEqual([['other', 5]]);
  });

  it.each(['no json', { type: 'news' }, { type: 'room_count', room: '../x', online: 1 }, { type: 'room_count', room: 'x', online: '1' },
    { type: 'room_count' }, { type: 'room_closed' }])('stay at %j', async frame => {
    await open();
    await end.say(frame);
    expect(rooms()).toEqual([['default', 0], ['zoo', 2]]);
  });

  it('never link elsewhere, whatever a frame says', async () => {
    await open();
    await end.say({ type: 'rooms', rooms: [{ ...room('a'), url: 'javascript:alert(1)' }] });
    expect(screen.getByRole('link', { name: '#a' }).getAttribute('href')).toBe('/chat/a/');
  });

  it('may be none', async () => {
    await open({ rooms: [] });
    expect(screen.getByText(/There are no rooms yet/)).toBeTruthy();
  });

  it('say whether they are live', async () => {
    await open();
    const connected = () => document.querySelector('.chat-rooms').dataset.connected;
    expect(connected()).toBe('true');
    await act(async () => end.stop());
    await pass(SOON);
    expect(connected()).toBe('false');
  });
});

describe('a dead socket', () => {
  it('is detected by an unanswered question, and replaced', async () => {
    await open();
    await pass(18000);
    expect(end.frames).toEqual(['']);
    await end.say({ type: 'error', code: 'unknown_action' });
    await pass(18000);
    expect(end.frames).toEqual(['', { action: 'rooms' }]);
    await end.say({ type: 'rooms', rooms: [room('other', 5)] });
    expect(rooms()).toEqual([['other', 5]]);
    expect(end.made).toHaveLength(1);
    await pass(38000);
    expect(end.made).toHaveLength(2);
  });

  it('is not suspected while frames arrive, and nothing is asked after unmounting', async () => {
    const view = await open();
    for (let times = 0; times < 6; times += 1) {
      await end.say({ type: 'room_count', room: 'zoo', online: times });
      await pass(9000);
    }
    expect(end.made).toHaveLength(1);
    expect(end.frames).toEqual([]);
    view.unmount();
    await pass(60000);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('the form', () => {
  it.each([['default', '/chat/default/'], [' A-b_9 ', '/chat/A-b_9/']])('goes to the room: %j', async (name, url) => {
    await open();
    submit(name);
    expect(onGo.mock.calls).toEqual([[url]]);
  });

  it.each(['', 'a b', 'ñ', '../admin', 'x'.repeat(51)])('rejects an invalid name: %j', async name => {
    await open();
    submit(name);
    expect(onGo).not.toHaveBeenCalled();
    expect(input().getAttribute('aria-invalid')).toBe('true');
    expect(document.getElementById(input().getAttribute('aria-describedby')).textContent).toMatch(/^That isn’t a valid room name/);
    expect(document.activeElement).toBe(input());
    fireEvent.change(input(), { target: { value: 'good' } });
    expect(input().getAttribute('aria-invalid')).toBe('false');
  });

  it('creates a room only for visitors who are logged in, and tells guests so', async () => {
    await open({ me: null });
    expect(screen.getByText(/Log in to create a room/)).toBeTruthy();
  });
});
