import { act, fireEvent, render } from '@testing-library/react';

import ChatRoom from '../src/containers/ChatRoom';
import { pass, serve, SOON } from './helpers';

export const body = (number, user = 'bob', message = `m${number}`, id = null) =>
  ({ number, user, message, timestamp: '2026-01-02T03:04:05Z', id });
export const bodies = (from, to) => Array.from({ length: to - from + 1 }, (_, n) => body(from + n));

export const DATA = { room: 'default', me: 'alice', may_write: true, messages: [], more: false, number: 0, deletions: 0, closed: false, read: null };

/** The server end of /ws/chat/default/. It says hello to each socket unless `end.hello` is null. */
export function serveRoom(hello = {}) {
  const end = serve('ws://localhost/ws/chat/default/');
  end.hello = {
    type: 'tester_message', tester: 'hello_world', room: 'default', number: 0, deletions: 0,
    may_write: true, closed: false, me: 'alice', ...hello,
  };
  end.onConnection = socket => {
    end.socket = socket;
    if (end.hello) setTimeout(() => socket.send(JSON.stringify(end.hello)), 1);
  };
  end.asked = action => end.frames.filter(frame => frame.action === action);
  end.said = () => end.frames.filter(frame => 'message' in frame || frame.action === 'private');
  /** Answers the last `after` or `before`. */
  end.answer = (name, messages, more = false) => {
    const { number } = end.asked(name).at(-1);
    return end.say({ type: 'messages', messages, before: null, after: null, more, [name]: number });
  };
  end.break = async () => {
    await act(async () => end.stop());
    await pass(SOON);
  };
  end.comeBack = async () => {
    end.start();
    await pass(1000 + SOON);
  };
  return end;
}

/** Opens the page of a room as the server `end` has it. */
export async function openRoom(end, data = {}) {
  if (end.hello) end.hello.number = Math.max(end.hello.number, data.number ?? 0);
  const view = render(<ChatRoom {...DATA} {...data} />);
  await pass(SOON);
  return view;
}

export const one = selector => document.querySelector(selector);
export const all = selector => [...document.querySelectorAll(selector)];
export const numbers = () => all('[data-number]').map(item => Number(item.dataset.number));
export const texts = () => all('.message .message-text').map(item => item.textContent);

export const input = () => one('[name="message"]');
export const type = text => fireEvent.change(input(), { target: { value: text } });

export async function say(text) {
  type(text);
  fireEvent.keyDown(input(), { key: 'Enter' });
  await pass(SOON);
}

/** Simulates layout, which jsdom lacks: the log is `height` pixels high, and each child adds `each` pixels of content. */
export function layOut(each = 20, height = 100, rows = '.chat-log .message') {
  const log = one('.chat-log');
  const items = () => all(rows);
  Object.defineProperty(log, 'clientHeight', { configurable: true, get: () => height });
  Object.defineProperty(log, 'scrollHeight', { configurable: true, get: () => items().length * each });
  Object.defineProperty(HTMLLIElement.prototype, 'offsetHeight', { configurable: true, get: () => each });
  Object.defineProperty(HTMLLIElement.prototype, 'offsetTop', {
    configurable: true, get() { return items().indexOf(this) * each; },
  });
  return {
    log,
    async scrollTo(top) {
      log.scrollTop = top;
      fireEvent.scroll(log);
      await pass(SOON);
    },
  };
}

export async function hide(isHidden) {
  Object.defineProperty(document, 'hidden', { configurable: true, get: () => isHidden });
  Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => (isHidden ? 'hidden' : 'visible') });
  await act(async () => { document.dispatchEvent(new Event('visibilitychange')); });
  await pass(SOON);
}
