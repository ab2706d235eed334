import { act, fireEvent, render, screen } from '@testing-library/react';
import { beforeEach, describe, expect, it, vi } from 'vitest';

import UserList from '../src/containers/UserList';
import { onNotice } from '../src/utils/notices';
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

beforeEach(() => {
  end = serve('ws://localhost/users/');
});

describe('a dead socket', () => {
  it('is detected by an unanswered question, and replaced', async () => {
    await open();
    await end.say({ users: [on('carol')] });
    await pass(18000);
    expect(end.frames).toEqual([{ action: 'who' }, '']);
    expect(end.made).toHaveLength(1);
    await pass(10000);
    expect(end.made).toHaveLength(2);
    expect(end.frames).toEqual([{ action: 'who' }, '', { action: 'who' }]);
  });

  it('may have lost frames, so the list is requested', async () => {
    end.onConnection = socket => socket.on('message', () => socket.send('{"error":{"code":"unknown_action","message":""}}'));
    await open();
    await pass(40000);
    expect(end.frames.filter(frame => frame !== '').length).toBeGreaterThan(1);
    expect(end.made).toHaveLength(1);
  });

  it('is not suspected while frames arrive', async () => {
    await open();
    for (let times = 0; times < 8; times += 1) {
      await end.say(on('bob'));
      await pass(9000);
    }
    expect(end.made).toHaveLength(1);
    expect(end.frames).toHaveLength(1);
  });

  it('is asked nothing after unmounting', async () => {
    const view = await open();
    view.unmount();
    await pass(60000);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('the rows', () => {
  it('are the users by name, in words and not colours only', async () => {
    await open();
    expect(rows()).toEqual([['alice', 'true'], ['bob', 'false']]);
    const [alice, bob] = document.querySelectorAll('li[data-username]');
    expect(alice.textContent).toBe('alice (you)');
    expect(bob.textContent).toBe('bob');
    expect(groups()).toEqual(['Here now (0)', 'Logged in (1)', 'Offline (1)']);
  });

  it('are grouped into here, logged in and offline, and show when users were last seen', async () => {
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

  it('show when the server last saw a user', async () => {
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

  it('are plain text', async () => {
    await open();
    await end.say(on('<img src=x onerror=alert(1)>'));
    expect(document.querySelector('img')).toBeNull();
  });

  it('are requested at every connection', async () => {
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

  it('are not overwritten by an answer older than a frame', async () => {
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
    'is told so, with a link to log in: %s', async (language, text, link) => {
      document.documentElement.lang = language;
      window.history.pushState({}, '', '/chat/x/');
      await open();
      await act(async () => end.server.close({ code: 4401, reason: '', wasClean: true }));
      await pass(SOON);
      expect(badge().textContent).toBe(text + link);
      expect(badge().querySelector('a').getAttribute('href')).toBe('/accounts/login/?next=%2Fchat%2Fx%2F');
      expect(document.querySelector('.user-list').dataset.connected).toBe('false');
    });

  it('is not told so if the connection is lost', async () => {
    await open();
    await act(async () => end.stop());
    await pass(SOON);
    expect(badge().textContent).toMatch(/^Reconnecting… · last updated \d\d:\d\d$/);
  });
});

describe('a toast', () => {
  it('announces logins and logouts in a live region', async () => {
    await open();
    await end.say(on('bob'));
    await end.say(off('bob'));
    expect(toasts()).toEqual(['bob logged in', 'bob logged out']);
    expect(document.querySelector('.toasts').getAttribute('aria-live')).toBe('polite');
  });

  it('is left to the bell if the page has one, except for logouts', async () => {
    const told = vi.fn();
    const leave = onNotice(told);
    await open();
    await end.say(on('bob'));
    await end.say(off('bob'));
    await end.say(on('alice'));
    await end.say({ notice: { kind: 'mention', user: 'bob', message: '@alice' } });
    leave();
    expect(told.mock.calls.map(([{ kind, user }]) => [kind, user])).toEqual([['login', 'bob'], ['mention', 'bob']]);
    expect(toasts()).toEqual(['bob logged out']);
  });

  it('never announces me', async () => {
    await open();
    await end.say(off('alice'));
    await end.say(on('alice'));
    expect(toasts()).toEqual([]);
    expect(rows()[0]).toEqual(['alice', 'true']);
  });

  it('disappears by itself', async () => {
    await open();
    await end.say(on('bob'));
    await pass(5000);
    expect(toasts()).toHaveLength(1);
    await pass(1000);
    expect(toasts()).toHaveLength(0);
  });

  it('disappears when dismissed, alone', async () => {
    await open();
    await end.say(on('bob'));
    await end.say(on('carol'));
    fireEvent.click(screen.getAllByRole('button', { name: 'Dismiss' })[0]);
    expect(toasts()).toEqual(['carol logged in']);
  });

  it('is one of at most four', async () => {
    await open();
    for (const name of ['b', 'c', 'd', 'e', 'f']) await end.say(on(name));
    expect(toasts()).toEqual(['c', 'd', 'e', 'f'].map(name => `${name} logged in`));
  });

  it('leaves no timer running', async () => {
    const view = await open();
    await end.say(on('bob'));
    view.unmount();
    await pass(SOON);
    expect(vi.getTimerCount()).toBe(0);
  });
});
