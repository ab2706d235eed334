import { act } from 'react';
import { createRoot } from 'react-dom/client';
import { afterEach, expect, it } from 'vitest';

import ChatRoomsComponent from '../src/components/ChatRooms';
import { CONNECTING } from '../src/components/Socket/turns';

const SERVER = '<section class="chat-rooms"><ul><li data-room="lobby">#lobby</li></ul></section>';
let root;

function container() {
  document.body.innerHTML = `<div id="root">${SERVER}</div>`;
  return document.getElementById('root');
}

const rooms = [{ name: 'lobby', online: 0, url: '/chat/lobby/' }];
const page = <ChatRoomsComponent rooms={rooms} me={null} connection={CONNECTING} updatedAt={null} onGo={() => {}} />;
const shown = () => document.querySelectorAll('[data-room="lobby"]').length;

afterEach(() => act(() => root.unmount()));

it('server-rendered content stays until the script renders, and is replaced at once', async () => {
  const element = container();
  const seen = [];
  const observer = new MutationObserver(() => seen.push(shown()));
  observer.observe(element, { childList: true, subtree: true });
  root = createRoot(element);
  expect(shown()).toBe(1);
  await act(async () => root.render(page));
  observer.disconnect();
  expect(seen).not.toContain(0);
  expect([shown(), element.querySelectorAll('.chat-rooms').length]).toEqual([1, 1]);
});
