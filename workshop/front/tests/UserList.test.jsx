import { act, fireEvent, render, screen, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import UserList from '../src/containers/UserList';
import { pass, serve, SOON } from './helpers';

const on = username => ({ username, is_logged_in: true });
const off = username => ({ username, is_logged_in: false });

let end;

async function open(props) {
  const view = render(<UserList users={[off('bob'), on('alice')]} me="alice" {...props} />);
  await pass(SOON);
  return view;
}

const rows = () => [...document.querySelectorAll('li[data-username]')]
  .map(row => [row.dataset.username, row.dataset.loggedIn]);
const groups = () => [...document.querySelectorAll('.users h2')].map(heading => heading.textContent);
const toasts = () => [...document.querySelectorAll('.site-toast')].map(toast => toast.textContent);

function allow(permission) {
  const Notification = vi.fn();
  Notification.permission = permission;
  Notification.requestPermission = vi.fn(async () => (Notification.permission = 'granted'));
  vi.stubGlobal('Notification', Notification);
  return Notification;
}

beforeEach(() => {
  end = serve('ws://localhost/users/');
});

describe('a socket without its other end', () => {
  it('is noticed by a question that stays unanswered, and made anew', async () => {
    await open();
    await end.say({ users: [on('carol')] });
    await pass(18000);
    expect(end.frames).toEqual([{ action: 'who' }, '']);
    expect(end.made).toHaveLength(1);
    await pass(10000);
    expect(end.made).toHaveLength(2);
    expect(end.frames).toEqual([{ action: 'who' }, '', { action: 'who' }]);
  });

  it('may have lost frames: the list itself is asked for, too', async () => {
    end.onConnection = socket => socket.on('message', () => socket.send('{"error":{"code":"unknown_action","message":""}}'));
    await open();
    await pass(40000);
    expect(end.frames.filter(frame => frame !== '').length).toBeGreaterThan(1);
    expect(end.made).toHaveLength(1);
  });

  it('is none as long as anything is heard', async () => {
    await open();
    for (let times = 0; times < 8; times += 1) {
      await end.say(on('bob'));
      await pass(9000);
    }
    expect(end.made).toHaveLength(1);
    expect(end.frames).toHaveLength(1);
  });

  it('is asked nothing when the page has gone', async () => {
    const view = await open();
    view.unmount();
    await pass(60000);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('the rows', () => {
  it('are the users by name, with words and not colours only', async () => {
    await open();
    expect(rows()).toEqual([['alice', 'true'], ['bob', 'false']]);
    const [alice, bob] = document.querySelectorAll('li[data-username]');
    expect(alice.textContent).toBe('alice (you)');
    expect(bob.textContent).toBe('bob');
    expect(groups()).toEqual(['Here now (0)', 'Logged in (1)', 'Offline (1)']);
  });

  it('stand with those who are here, logged in or gone, and say when they were seen last', async () => {
    const seen = () => [...document.querySelectorAll('.presence')].map(each => each.textContent);
    await open({ users: [{ ...on('alice'), is_online: true }, { ...on('bob'), is_online: false }, off('carol')] });
    expect(groups()).toEqual(['Here now (1)', 'Logged in (1)', 'Offline (1)']);
    expect(seen()).toEqual([]);
    await end.say({ username: 'alice', is_online: false });
    expect(groups()).toEqual(['Here now (0)', 'Logged in (2)', 'Offline (1)']);
    expect(seen()).toEqual([expect.stringMatching(/^last seen \d\d:\d\d$/)]);
    await end.say({ users: [{ ...on('alice'), is_online: false }] });
    expect(seen()).toHaveLength(1);
    await end.say({ username: 'alice', is_online: true });
    expect(seen()).toEqual([]);
    expect(groups()).toEqual(['Here now (1)', 'Logged in (0)', 'Offline (0)']);
  });

  it('say when the server has last seen somebody', async () => {
    document.documentElement.lang = 'es';
    await open({ users: [{ ...off('bob'), is_online: false, last_seen: '2001-11-28T12:03:09Z' }] });
    expect(document.querySelector('.presence').textContent).toMatch(/^visto por última vez: 28 nov 2001, \d\d:03$/);
  });

  it('follow the frames', async () => {
    await open();
    await end.say(on('bob'));
    await end.say(on('aaron'));
    await end.say(off('alice'));
    expect(rows()).toEqual([['aaron', 'true'], ['bob', 'true'], ['alice', 'false']]);
  });

  it('are text', async () => {
    await open();
    await end.say(on('<img src=x onerror=alert(1)>'));
    expect(document.querySelector('img')).toBeNull();
  });

  it('are asked for at every connection', async () => {
    await open();
    expect(end.frames).toEqual([{ action: 'who' }]);
    await end.say({ users: [on('carol')] });
    expect(rows()).toEqual([['carol', 'true']]);
    await act(async () => end.stop());
    await pass(SOON);
    expect(document.querySelector('.user-list').dataset.connected).toBe('false');
    end.start();
    await pass(1000 + SOON);
    expect(document.querySelector('.user-list').dataset.connected).toBe('true');
    expect(end.frames).toHaveLength(2);
    expect(toasts()).toEqual([]);
  });

  it('are not taken back by an answer that is older than a frame', async () => {
    await open();
    await end.say(on('bob'));
    await end.say({ users: [on('alice'), off('bob')] });
    expect(rows()).toEqual([['alice', 'true'], ['bob', 'true']]);
  });

  it('may be none', async () => {
    await open({ users: [] });
    expect(screen.getByText('There are no users yet.')).toBeTruthy();
  });

  it.each(['no json', '[]', '{"error":{"code":"forbidden","message":"x"}}', '{"username":{},"is_logged_in":true}'])(
    'stay at %s', async text => {
      const loud = ['log', 'warn', 'error'].map(level => vi.spyOn(console, level));
      await open();
      await end.say(text);
      expect(rows()).toHaveLength(2);
      expect(toasts()).toEqual([]);
      loud.forEach(spy => expect(spy).not.toHaveBeenCalled());
    });
});

describe('a visitor who is logged out elsewhere', () => {
  const badge = () => document.querySelector('[role=status].connection');

  it.each([['en', 'You’ve been logged out · ', 'Log in'], ['es', 'Se ha cerrado tu sesión · ', 'Iniciar sesión']])(
    'is told so, with the way back in: %s', async (language, text, link) => {
      document.documentElement.lang = language;
      window.history.pushState({}, '', '/chat/x/');
      await open();
      await act(async () => end.server.close({ code: 4401, reason: '', wasClean: true }));
      await pass(SOON);
      expect(badge().textContent).toBe(text + link);
      expect(badge().querySelector('a').getAttribute('href')).toBe('/accounts/login/?next=%2Fchat%2Fx%2F');
      expect(document.querySelector('.user-list').dataset.connected).toBe('false');
    });

  it('is told nothing of the kind where the connection is lost', async () => {
    await open();
    await act(async () => end.stop());
    await pass(SOON);
    expect(badge().textContent).toMatch(/^Reconnecting… · last updated \d\d:\d\d$/);
  });
});

describe('a toast', () => {
  it('tells who logged in and who logged out, in a live region', async () => {
    await open();
    await end.say(on('bob'));
    await end.say(off('bob'));
    expect(toasts()).toEqual(['bob logged in', 'bob logged out']);
    expect(document.querySelector('.toasts').getAttribute('aria-live')).toBe('polite');
  });

  it('tells nothing about me', async () => {
    await open();
    await end.say(off('alice'));
    await end.say(on('alice'));
    expect(toasts()).toEqual([]);
    expect(rows()[0]).toEqual(['alice', 'true']);
  });

  it('goes by itself', async () => {
    await open();
    await end.say(on('bob'));
    await pass(5000);
    expect(toasts()).toHaveLength(1);
    await pass(1000);
    expect(toasts()).toHaveLength(0);
  });

  it('goes when it is dismissed, and only it', async () => {
    await open();
    await end.say(on('bob'));
    await end.say(on('carol'));
    fireEvent.click(screen.getAllByRole('button', { name: 'Dismiss' })[0]);
    expect(toasts()).toEqual(['carol logged in']);
  });

  it('is one of four', async () => {
    await open();
    for (const name of ['b', 'c', 'd', 'e', 'f']) await end.say(on(name));
    expect(toasts()).toEqual(['c', 'd', 'e', 'f'].map(name => `${name} logged in`));
  });

  it('leaves no timer behind', async () => {
    const view = await open();
    await end.say(on('bob'));
    view.unmount();
    await pass(SOON);
    expect(vi.getTimerCount()).toBe(0);
  });
});

const hide = isHidden => act(async () => {
  vi.spyOn(document, 'hidden', 'get').mockReturnValue(isHidden);
  document.dispatchEvent(new Event('visibilitychange'));
});

/** The browser's locks; other windows of the site are whoever else takes some. */
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

describe('a notification', () => {
  const bell = () => document.querySelector('.bell button');
  const menu = () => document.querySelector('.bell-menu');
  const popups = Notification => Notification.mock.calls.map(([text]) => text);

  afterEach(() => localStorage.clear());

  it('comes with a login where it is allowed and nobody looks, and no toast with it', async () => {
    const Notification = allow('granted');
    await open();
    await hide(true);
    await end.say(on('bob'));
    await end.say(off('bob'));
    await end.say(on('alice'));
    expect(Notification.mock.calls).toEqual([['bob logged in', { tag: 'workshop-logins' }]]);
    expect(toasts()).toEqual(['bob logged out']);
  });

  it('does not come where the visitor looks: there is a toast', async () => {
    const Notification = allow('granted');
    await open();
    await hide(false);
    await end.say(on('bob'));
    expect(popups(Notification)).toEqual([]);
    expect(toasts()).toEqual(['bob logged in']);
  });

  it.each(['denied', 'default'])('does not come where the permission is %s', async permission => {
    const Notification = allow(permission);
    await open();
    await hide(true);
    await end.say(on('bob'));
    expect(popups(Notification)).toEqual([]);
    expect(toasts()).toEqual(['bob logged in']);
  });

  it('may be refused by the browser all the same', async () => {
    const Notification = allow('granted');
    Notification.mockImplementation(function Illegal() { throw new TypeError('Illegal constructor'); });
    await open();
    await hide(true);
    await end.say(on('bob'));
    expect(popups(Notification)).toEqual(['bob logged in']);
  });

  it('does not come while another window of the site tells it', async () => {
    const Notification = allow('granted');
    const locks = serveLocks();
    await open();
    await hide(true);
    let leave;
    locks.request('workshop-tells-logins', { mode: 'shared' }, () => new Promise(resolve => { leave = resolve; }));
    await end.say(on('bob'));
    expect(popups(Notification)).toEqual([]);
    await act(async () => leave());
    await end.say(on('carol'));
    expect(popups(Notification)).toEqual(['carol logged in']);
  });

  it('comes by one window of several that nobody looks at', async () => {
    const Notification = allow('granted');
    const locks = serveLocks();
    await open();
    await hide(true);
    locks.request('workshop-popup-bob logged in', {}, () => new Promise(() => {}));
    await end.say(on('bob'));
    await end.say(on('carol'));
    expect(popups(Notification)).toEqual(['carol logged in']);
    expect(locks.names()).toContain('workshop-popup-carol logged in');
    await pass(5000);
    expect(locks.names()).toEqual(['workshop-popup-bob logged in']);
  });

  it('is left to a window as long as somebody looks at it', async () => {
    const locks = serveLocks();
    const view = await open();
    expect(locks.names()).toEqual(['workshop-tells-logins']);
    await hide(true);
    expect(locks.names()).toEqual([]);
    await hide(false);
    expect(locks.names()).toEqual(['workshop-tells-logins']);
    view.unmount();
    await pass(SOON);
    expect(locks.names()).toEqual([]);
  });

  it('can be allowed', async () => {
    const Notification = allow('default');
    await open();
    fireEvent.click(bell());
    fireEvent.click(screen.getByRole('button', { name: 'Allow notifications' }));
    await pass(SOON);
    expect(Notification.requestPermission).toHaveBeenCalledTimes(1);
    expect(within(menu()).getAllByRole('checkbox').map(box => box.name)).toEqual(['logins', 'privates']);
  });

  it('comes of what the visitor wants', async () => {
    const Notification = allow('granted');
    const view = await open();
    fireEvent.click(bell());
    fireEvent.click(screen.getByRole('checkbox', { name: 'Log-ins' }));
    await hide(true);
    await end.say(on('bob'));
    expect(popups(Notification)).toEqual([]);
    expect(toasts()).toEqual(['bob logged in']);
    view.unmount();
    await open();
    expect(document.querySelector('[name=logins]').checked).toBe(false);
    fireEvent.click(bell());
    fireEvent.click(screen.getByRole('checkbox', { name: 'Log-ins' }));
    await end.say(on('carol'));
    expect(popups(Notification)).toEqual(['carol logged in']);
  });

  it.each([
    ['en', 'denied', 'Notifications: blocked in your browser', 'Blocked in your browser. Its settings for this site can allow them again.'],
    ['es', 'denied', 'Notificaciones: bloqueadas en tu navegador',
      'Bloqueadas en tu navegador. Puedes permitirlas de nuevo en sus ajustes de este sitio.'],
    ['en', null, 'Notifications', 'This browser shows no notifications here.'],
  ])('says why it can not come: %s, %s', async (language, permission, label, text) => {
    document.documentElement.lang = language;
    if (permission) allow(permission);
    await open();
    expect(bell().getAttribute('aria-label')).toBe(label);
    fireEvent.click(bell());
    expect(menu().textContent).toBe(text);
    expect(menu().querySelector('button, input')).toBeNull();
  });

  it('has a menu that closes by Escape, by a click beside it, and when the focus leaves', async () => {
    allow('granted');
    await open();
    const isOpen = () => bell().getAttribute('aria-expanded') === 'true' && !menu().hidden;
    for (const leave of [
      () => fireEvent.keyDown(bell(), { key: 'Escape' }),
      () => fireEvent.pointerDown(document.body),
      () => fireEvent.blur(bell(), { relatedTarget: document.body }),
      () => fireEvent.click(bell()),
    ]) {
      fireEvent.click(bell());
      expect(isOpen()).toBe(true);
      leave();
      expect(isOpen()).toBe(false);
    }
  });
});
