import { act, fireEvent, render, screen, within } from '@testing-library/react';
import { afterEach, describe, expect, it, vi } from 'vitest';

import Bell from '../src/containers/Bell';
import mountBell from '../src/containers/Bell/mount';
import { hearNotice } from '../src/utils/notices';
import { visitorNow } from '../src/utils/session';
import { pass, serve, SOON } from './helpers';

const login = user => ({ kind: 'login', user });
const mention = (id, more) => ({
  kind: 'mention', user: 'bob', id, message: '@alice look', room: 'lobby', url: '/chat/lobby/', timestamp: '2026-01-02T03:04:05Z', ...more,
});
const secret = id => mention(id, { kind: 'private', message: 'psst' });

async function open(props) {
  const view = render(<Bell me="alice" hasSocket {...props} />);
  await pass(SOON);
  return view;
}

async function hear(notice) {
  await act(async () => { hearNotice({ notice }); });
  await pass(SOON);
}

const one = selector => document.querySelector(selector);
const toasts = () => [...document.querySelectorAll('.site-toast bdi')].map(toast => toast.textContent);
const opener = () => one('.bell button');
const menu = () => one('.bell-menu');
const listed = () => [...document.querySelectorAll('.bell-notices li')].map(item => item.textContent.replace(/ \d\d:\d\d/, ''));
const unseen = () => one('.bell .unread')?.textContent ?? null;

function allow(permission) {
  const Notification = vi.fn();
  Notification.permission = permission;
  Notification.requestPermission = vi.fn(async () => (Notification.permission = 'granted'));
  vi.stubGlobal('Notification', Notification);
  return Notification;
}

const popups = Notification => Notification.mock.calls.map(([text]) => text);

const hide = isHidden => act(async () => {
  vi.spyOn(document, 'hidden', 'get').mockReturnValue(isHidden);
  document.dispatchEvent(new Event('visibilitychange'));
});

/** Mocks the Web Locks API; a lock requested directly by a test stands for another window of the site. */
function serveLocks() {
  const held = [];
  const request = async (name, { mode = 'exclusive', ifAvailable = false }, act) => {
    const isTaken = held.some(other => other.name === name && (mode === 'exclusive' || other.mode === 'exclusive'));
    if (isTaken && ifAvailable) return act(null);
    const lock = { name, mode };
    held.push(lock);
    await act(lock);
    held.splice(held.indexOf(lock), 1);
    return undefined;
  };
  vi.stubGlobal('navigator', { ...navigator, locks: { request, query: async () => ({ held: [...held] }) } });
  return { request, names: () => held.map(({ name }) => name) };
}

afterEach(() => localStorage.clear());

describe('a notice', () => {
  it.each([
    ['en', ['bob logged in', 'Private message from bob: psst', 'bob mentioned you in #lobby: @alice look'], 'Go to #lobby'],
    ['es', ['bob inició sesión', 'Mensaje privado de bob: psst', 'bob te ha mencionado en #lobby: @alice look'], 'Ir a #lobby'],
  ])('is a toast where the visitor looks, with the way to its room: %s', async (language, texts, link) => {
    document.documentElement.lang = language;
    const Notification = allow('granted');
    await open();
    await hear(login('bob'));
    await hear(secret('x1'));
    await hear(mention('1'));
    expect(toasts()).toEqual(texts);
    expect([...document.querySelectorAll('.site-toast a')].map(a => [a.textContent, a.getAttribute('href')])).toEqual([
      [link, '/chat/lobby/'], [link, '/chat/lobby/']]);
    expect(popups(Notification)).toEqual([]);
    expect(unseen()).toBeNull();
  });

  it('is a system notification, not a toast, if the page is hidden and has the permission', async () => {
    const Notification = allow('granted');
    await open();
    await hide(true);
    await hear(login('bob'));
    await hear(mention('1'));
    expect(Notification.mock.calls).toEqual([
      ['bob logged in', { tag: 'workshop-logins-bob' }],
      ['bob mentioned you in #lobby', { tag: 'workshop-mentions-bob', body: '@alice look' }],
    ]);
    expect(toasts()).toEqual([]);
    expect(unseen()).toBe('2');
  });

  it.each(['denied', 'default'])('is no system notification if the permission is %s', async permission => {
    const Notification = allow(permission);
    await open();
    await hide(true);
    await hear(login('bob'));
    expect(popups(Notification)).toEqual([]);
    expect(toasts()).toEqual(['bob logged in']);
    expect(unseen()).toBe('1');
  });

  it('survives browsers that grant the permission but can’t show it', async () => {
    const Notification = allow('granted');
    Notification.mockImplementation(function Illegal() { throw new TypeError('Illegal constructor'); });
    await open();
    await hide(true);
    await hear(login('bob'));
    expect(popups(Notification)).toEqual(['bob logged in']);
  });

  it('is not shown for the visitor’s own actions', async () => {
    await open();
    await hear(login('alice'));
    expect(toasts()).toEqual([]);
  });

  it('that arrives twice is shown once, unless it is another login', async () => {
    await open();
    for (const notice of [mention('1'), mention('1'), secret('x1'), secret('x1'), login('bob'), login('bob')]) await hear(notice);
    expect(listed()).toHaveLength(4);
  });

  it('of what the page itself shows is a system notification only', async () => {
    const Notification = allow('granted');
    await open({ isShown: ({ room }) => room === 'lobby' });
    await hear(mention('1'));
    await hide(true);
    await hear(mention('2'));
    await hear(mention('3', { room: 'other' }));
    expect([toasts(), unseen()]).toEqual([[], '1']);
    expect(popups(Notification)).toEqual(['bob mentioned you in #lobby', 'bob mentioned you in #other']);
  });

  it.each([[{}], [null], ['x'], [{ kind: 'other', user: 'bob' }], [{ kind: 'toString', user: 'bob' }], [{ kind: 'login', user: 7 }]])(
    'that is invalid is ignored: %j', async notice => {
      await open();
      await hear(notice);
      expect(toasts()).toEqual([]);
    });

  it('is plain text', async () => {
    await open();
    await hear(secret('x1'));
    await hear(mention('1', { message: '<img src=x onerror=alert(1)>' }));
    expect(one('img')).toBeNull();
  });
});

describe('of several windows', () => {
  it('none notifies while another is visible', async () => {
    const Notification = allow('granted');
    const locks = serveLocks();
    await open();
    await hide(true);
    let leave;
    locks.request('workshop-tells', { mode: 'shared' }, () => new Promise(resolve => { leave = resolve; }));
    await hear(login('bob'));
    expect([popups(Notification), toasts(), unseen()]).toEqual([[], [], null]);
    expect(listed()).toEqual(['bob logged in']);
    await act(async () => leave());
    await hear(login('carol'));
    expect(popups(Notification)).toEqual(['carol logged in']);
  });

  it('that are all hidden, one notifies', async () => {
    const Notification = allow('granted');
    const locks = serveLocks();
    await open();
    await hide(true);
    locks.request('workshop-popup-mention bob lobby 1', {}, () => new Promise(() => {}));
    await hear(mention('1'));
    await hear(mention('2'));
    expect(popups(Notification)).toHaveLength(1);
    expect(locks.names()).toContain('workshop-popup-mention bob lobby 2');
    await pass(5000);
    expect(locks.names()).toEqual(['workshop-popup-mention bob lobby 1']);
  });

  it('each holds the lock while it is visible', async () => {
    const locks = serveLocks();
    const view = await open();
    expect(locks.names()).toEqual(['workshop-tells']);
    await hide(true);
    expect(locks.names()).toEqual([]);
    await hide(false);
    expect(locks.names()).toEqual(['workshop-tells']);
    view.unmount();
    await pass(SOON);
    expect(locks.names()).toEqual([]);
  });
});

describe('the bell', () => {
  it('counts what arrived while the page was hidden until it is opened, and lists the newest', async () => {
    await open();
    await hide(true);
    for (const number of ['1', '2', '3', '4', '5', '6']) await hear(mention(number, { message: `m${number}` }));
    expect(unseen()).toBe('6');
    expect(opener().getAttribute('aria-label')).toBe('Notifications (6 new)');
    await hide(false);
    fireEvent.click(opener());
    expect(unseen()).toBeNull();
    expect(opener().getAttribute('aria-label')).toBe('Notifications');
    expect(listed()).toEqual(['6', '5', '4', '3', '2'].map(number => `bob mentioned you in #lobbym${number}`));
    expect(within(menu()).getAllByRole('link')[0].getAttribute('href')).toBe('/chat/lobby/');
  });

  it('lists what arrives while it is open, and shows no toast over it', async () => {
    await open();
    fireEvent.click(opener());
    await hear(login('bob'));
    expect([listed(), toasts(), unseen()]).toEqual([['bob logged in'], [], null]);
    fireEvent.click(opener());
    await hear(login('carol'));
    expect(toasts()).toEqual(['carol logged in']);
  });

  it('asks for permission', async () => {
    const Notification = allow('default');
    await open();
    fireEvent.click(opener());
    fireEvent.click(screen.getByRole('button', { name: 'Allow notifications' }));
    await pass(SOON);
    expect(Notification.requestPermission).toHaveBeenCalledTimes(1);
    expect(screen.queryByRole('button', { name: 'Allow notifications' })).toBeNull();
  });

  it('respects the visitor’s choice of kinds', async () => {
    const Notification = allow('granted');
    const view = await open();
    fireEvent.click(opener());
    expect(within(menu()).getAllByRole('checkbox').map(box => box.name)).toEqual(['logins', 'privates', 'mentions']);
    fireEvent.click(screen.getByRole('checkbox', { name: 'Log-ins' }));
    await hear(login('bob'));
    await hide(true);
    await hear(login('bob'));
    expect([popups(Notification), toasts(), listed()]).toEqual([[], [], []]);
    view.unmount();
    await open();
    expect(one('[name=logins]').checked).toBe(false);
    fireEvent.click(opener());
    fireEvent.click(screen.getByRole('checkbox', { name: 'Log-ins' }));
    await hear(login('carol'));
    expect(popups(Notification)).toEqual(['carol logged in']);
  });

  it.each([
    ['en', 'denied', 'Notifications: blocked in your browser', 'Blocked in your browser. Its settings for this site can allow them again.'],
    ['es', 'denied', 'Notificaciones: bloqueadas en tu navegador',
      'Bloqueadas en tu navegador. Puedes permitirlas de nuevo en sus ajustes de este sitio.'],
    ['en', null, 'Notifications', 'This browser shows no notifications here.'],
  ])('says why nothing can pop up: %s, %s', async (language, permission, label, text) => {
    document.documentElement.lang = language;
    if (permission) allow(permission);
    await open();
    expect(opener().getAttribute('aria-label')).toBe(label);
    fireEvent.click(opener());
    expect(menu().querySelector('p').textContent).toBe(text);
    expect(menu().querySelector('button')).toBeNull();
  });

  it('has a menu that closes on Escape, on a click outside, and when it loses the focus', async () => {
    allow('granted');
    await open();
    const isOpen = () => opener().getAttribute('aria-expanded') === 'true' && !menu().hidden;
    for (const leave of [
      () => fireEvent.keyDown(opener(), { key: 'Escape' }),
      () => fireEvent.pointerDown(document.body),
      () => fireEvent.blur(opener(), { relatedTarget: document.body }),
      () => fireEvent.click(opener()),
    ]) {
      fireEvent.click(opener());
      expect(isOpen()).toBe(true);
      leave();
      expect(isOpen()).toBe(false);
    }
  });

  it('survives the update of the header after a login', async () => {
    const head = content => `<nav>${content}</nav>`;
    const alices = head('<span id="me">alice</span><div id="bell"></div>');
    document.body.innerHTML = alices;
    render(<Bell me="alice" hasSocket />, { container: one('#bell') });
    for (const [page, isThere] of [[alices, true], [head('Log in'), false], [alices, true]]) {
      vi.stubGlobal('fetch', async () => ({ text: async () => page }));
      await act(() => visitorNow());
      expect(opener() !== null).toBe(isThere);
    }
    fireEvent.click(opener());
    expect(menu().hidden).toBe(false);
  });
});

describe('a page with style sheets of its own', () => {
  const inBell = selector => one('#bell').shadowRoot.querySelector(selector);

  it('has the bell and its toasts in a shadow tree, once the site’s style sheet has loaded', async () => {
    document.body.innerHTML = '<span id="me" hidden>alice</span><div id="bell" data-sheet="/site.css"></div>';
    await act(async () => mountBell({ hasSocket: true }));
    expect([inBell('link').getAttribute('href'), inBell('.bell')]).toEqual(['/site.css', null]);
    await act(async () => inBell('link').dispatchEvent(new Event('load')));
    await hear(login('alice'));
    await hear(login('bob'));
    expect(inBell('.site-toast bdi').textContent).toBe('bob logged in');
    expect(toasts()).toEqual([]);
    fireEvent.click(inBell('.bell button'));
    fireEvent.pointerDown(inBell('.bell-menu'));
    expect(inBell('.bell-menu').hidden).toBe(false);
    fireEvent.pointerDown(document.body);
    expect(inBell('.bell-menu').hidden).toBe(true);
  });
});

describe('a page without a socket of its own', () => {
  it('opens one for notices, with a heartbeat', async () => {
    const end = serve('ws://localhost/ws/notices/');
    const view = await open({ hasSocket: false });
    expect(one('[data-hears-notices]').dataset.hearsNotices).toBe('true');
    await end.say({ notice: login('bob') });
    expect(toasts()).toEqual(['bob logged in']);
    await pass(40000);
    expect(end.frames).toEqual(['']);
    await pass(25000);
    expect(end.made).toHaveLength(2);
    view.unmount();
    await pass(SOON);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('opens none if its own carries notices', async () => {
    const end = serve('ws://localhost/ws/notices/');
    await open();
    expect(end.made).toHaveLength(0);
  });
});
