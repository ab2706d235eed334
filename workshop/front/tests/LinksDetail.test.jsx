import { act, fireEvent, render, screen, within } from '@testing-library/react';
import { beforeEach, describe, expect, it, vi } from 'vitest';

import LinksDetail from '../src/containers/LinksDetail';
import { answer, later, pass, rowsOf, serveApi, serveUpdates, SOON } from './helpers';

const LINKS = '/links/api/links/';
const TAGS = '/links/api/tags/';
const USERS = '/links/api/users/';

const link = (id, more) => ({
  id, name: `Link ${id}`, url: `https://${id}.example/`, pending: false, description: '', tags: [], user: 1, ...more,
});
const update = (pk, data) => ({ stream: 'links', payload: { action: 'update', pk, data, model: 'links.link' } });

let end;
let api;
let fetch;

async function open(props) {
  const data = { links: [link(1), link(2)], tags: [{ id: 5, name: 'five' }], users: [{ id: 1, username: 'alice' }], next: null };
  const view = render(<LinksDetail {...data} {...props} />);
  await pass(SOON);
  return view;
}

const row = pk => document.querySelector(`tr[data-pk="${pk}"]`);
const names = () => [...document.querySelectorAll('tr[data-pk] th')].map(cell => cell.textContent);
const calls = path => fetch.mock.calls.filter(([url]) => url.startsWith(path)).length;
const root = () => document.querySelector('.links-detail');
const button = () => screen.getByRole('button');

async function refresh() {
  fireEvent.click(button());
  await pass(SOON);
}

beforeEach(() => {
  end = serveUpdates();
  api = { [LINKS]: [link(1), link(2)], [TAGS]: [{ id: 5, name: 'five' }], [USERS]: [] };
  fetch = serveApi(api);
});

describe('the page', () => {
  it('says whether it is connected', async () => {
    render(<LinksDetail links={[]} tags={[]} users={[]} />);
    expect(root().dataset.connected).toBe('false');
    expect(screen.getByRole('status').textContent).toBe('Connecting…');
    await pass(SOON);
    expect(root().dataset.connected).toBe('true');
    expect(screen.getByRole('status').textContent).toBe('Connected');
    await act(async () => end.stop());
    await pass(SOON);
    expect(root().dataset.connected).toBe('false');
    expect(screen.getByRole('status').textContent).toMatch(/^Reconnecting… · last updated \d\d:\d\d$/);
  });

  it('speaks Spanish', async () => {
    document.documentElement.lang = 'es';
    api[LINKS] = [];
    await open({ links: [] });
    expect(screen.getByText('Todavía no hay enlaces.')).toBeTruthy();
    expect(button().textContent).toBe('Actualizar');
  });

  it('shows tags and users by name, or by pk if unknown', async () => {
    api[LINKS] = [link(1, { tags: [5, 6] }), link(2, { user: 9 })];
    await open({ links: api[LINKS] });
    expect([...row(1).querySelectorAll('[data-tag]')].map(tag => tag.textContent)).toEqual(['five', '#6']);
    expect(within(row(1)).getByText('alice')).toBeTruthy();
    expect(within(row(2)).getByText('#9')).toBeTruthy();
    expect(calls(USERS)).toBe(0);
  });

  it('requests the names of unknown users', async () => {
    api[LINKS] = [link(1), link(2, { user: 9 })];
    api[USERS] = [{ id: 9, username: 'zoe' }];
    await open();
    expect(within(row(2)).getByText('zoe')).toBeTruthy();
    await refresh();
    expect(calls(USERS)).toBe(1);
  });

  it('requests an unknown user only once', async () => {
    api[LINKS] = [link(1), link(2, { user: 9 })];
    await open();
    await refresh();
    expect(within(row(2)).getByText('#9')).toBeTruthy();
    expect(calls(USERS)).toBe(1);
  });

  it('shows links even if users may not be read', async () => {
    api[LINKS] = [link(3, { user: 9 })];
    api[USERS] = () => answer({}, 403);
    await open();
    expect(names()).toEqual(['Link 3']);
  });

  it('renders everything as text', async () => {
    const script = '<script>alert(1)</script><img src=x onerror=alert(1)>';
    api[LINKS] = [link(1, { name: script, description: script, url: script, tags: [5] })];
    api[TAGS] = [{ id: 5, name: script }];
    await open({ links: api[LINKS] });
    expect(names()).toEqual([script]);
    expect(row(1).querySelector('[data-tag]').textContent).toBe(script);
    expect(document.querySelector('tbody script, tbody img, tbody a')).toBeNull();
  });

  it('shortens addresses and descriptions, and can show them in full', async () => {
    const long = 'a '.repeat(60);
    api[LINKS] = [link(1, { url: 'https://www.example.com/a/', description: long }), link(2, { description: 'short' })];
    await open({ links: [] });
    expect(document.querySelector('a.url').textContent).toBe('example.com/a');
    expect(document.querySelector('a.url').href).toBe('https://www.example.com/a/');
    const [more, ...others] = document.querySelectorAll('.more-link');
    expect(others).toEqual([]);
    expect(document.querySelector('.clamped').textContent).toBe(long);
    await act(async () => more.click());
    expect(more.getAttribute('aria-expanded')).toBe('true');
    expect(document.querySelector('.clamped')).toBeNull();
  });

  it('links web addresses only', async () => {
    api[LINKS] = [link(1), link(2, { url: 'javascript:alert(1)' })];
    await open();
    const anchor = row(1).querySelector('a');
    expect(anchor.getAttribute('href')).toBe('https://1.example/');
    expect(anchor.rel).toBe('noopener noreferrer nofollow');
    expect(anchor.target).toBe('_blank');
    expect(row(2).querySelector('a')).toBeNull();
    expect(within(row(2)).getByText('javascript:alert(1)')).toBeTruthy();
  });

  it('fetches the rest of its rows before the socket is open', async () => {
    await act(async () => render(<LinksDetail links={[link(1)]} tags={[]} users={[]} next="/links/api/links/?page=2" />));
    expect(end.open()).toHaveLength(0);
    expect(calls(LINKS)).toBe(1);
  });

  it('cleans up on unmount', async () => {
    const view = await open();
    const waiting = later();
    api[LINKS] = () => waiting.answer;
    await refresh();
    view.unmount();
    const { signal } = fetch.mock.calls.at(-1)[1];
    expect(signal.aborted).toBe(true);
    await pass(60000);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('a frame', () => {
  it('updates its row, every row and every time', async () => {
    await open();
    for (const round of ['a', 'b']) {
      for (const pk of [1, 2]) await end.say(update(pk, link(pk, { name: `${pk}${round}` })));
      expect(names()).toEqual([`1${round}`, `2${round}`]);
    }
  });

  it('flashes its row, each time', async () => {
    await open();
    expect(row(1).className).toBe('');
    await end.say(update(1, { name: 'a' }));
    expect(row(1).className).toBe('flash-odd');
    await end.say(update(1, { name: 'b' }));
    expect(row(1).className).toBe('flash-even');
    expect(row(2).className).toBe('');
  });

  it('still updates rows after a refresh', async () => {
    await open();
    await refresh();
    await end.say(update(1, { name: 'after' }));
    await end.say({ stream: 'links', payload: { action: 'delete', pk: 2 } });
    await end.say({ stream: 'links', payload: { action: 'create', pk: 3, data: { name: 'new' } } });
    expect(names()).toEqual(['after', 'new']);
  });

  it('updates tags', async () => {
    await open();
    await end.say({ stream: 'linktags', payload: { action: 'create', pk: 9, data: { id: 9, link: 2, tag: 5 } } });
    await end.say({ stream: 'tags', payload: { action: 'update', pk: 5, data: { name: 'V' } } });
    expect(row(2).querySelector('[data-tag="5"]').textContent).toBe('V');
  });

  it.each(['no json', '3', 'null', '[]', '{"stream":"links"}'])('that is invalid is ignored: %s', async text => {
    const loud = ['log', 'warn', 'error'].map(level => vi.spyOn(console, level));
    await open();
    await end.say(text);
    expect(names()).toEqual(['Link 1', 'Link 2']);
    loud.forEach(spy => expect(spy).not.toHaveBeenCalled());
  });

  it('may request a reload; several of them cause only one', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0.9);
    await open();
    const before = calls(LINKS);
    api[LINKS] = [link(4)];
    for (let times = 0; times < 3; times += 1) await end.say({ stream: 'links', payload: { action: 'reload' } });
    await pass(1000 + SOON);
    expect(names()).toEqual(['Link 4']);
    expect(calls(LINKS)).toBe(before + 1);
    await pass(5000);
    expect(calls(LINKS)).toBe(before + 1);
  });

  it('that arrives during a refresh shows at once and survives its answer', async () => {
    await open();
    const waiting = later();
    api[LINKS] = () => waiting.answer;
    await refresh();
    await end.say(update(1, { name: 'newer' }));
    expect(names()).toEqual(['newer', 'Link 2']);
    waiting.resolve(rowsOf([link(1), link(2), link(3)]));
    await pass(SOON);
    expect(names()).toEqual(['newer', 'Link 2', 'Link 3']);
  });

  it('that requests a reload during a load causes another one after it', async () => {
    await open();
    const waiting = later();
    api[LINKS] = () => waiting.answer;
    await refresh();
    await end.say({ stream: 'links', payload: { action: 'reload' } });
    api[LINKS] = [link(8)];
    waiting.resolve(rowsOf([link(1)]));
    await pass(1000 + SOON);
    expect(names()).toEqual(['Link 8']);
  });
});

describe('a reconnect', () => {
  it('fetches what the page has missed, at the first open too', async () => {
    api[LINKS] = [link(1), link(3)];
    api[TAGS] = [{ id: 5, name: 'renamed' }];
    await open();
    expect(names()).toEqual(['Link 1', 'Link 3']);
    api[LINKS] = [link(1, { tags: [5] })];
    await act(async () => end.stop());
    end.next('links');
    await pass(SOON);
    end.start();
    await pass(2000 + SOON);
    expect(names()).toEqual(['Link 1']);
    expect(row(1).querySelector('[data-tag]').textContent).toBe('renamed');
  });

  it('drops an answer requested before it', async () => {
    await open();
    const waiting = later();
    api[LINKS] = () => waiting.answer;
    await refresh();
    await act(async () => end.stop());
    api[LINKS] = [link(6)];
    await pass(SOON);
    end.start();
    await pass(1000 + SOON);
    waiting.resolve(rowsOf([link(1)]));
    await pass(SOON);
    expect(names()).toEqual(['Link 6']);
    expect(button().disabled).toBe(false);
  });
});

it('a socket that answers no question is replaced', async () => {
  await open();
  await pass(18000);
  expect(end.syncs()).toEqual(['links']);
  expect(end.made).toHaveLength(1);
  await pass(10000);
  expect(end.made).toHaveLength(2);
  end.onConnection = socket => socket.on('message', () => socket.send('{"stream":"links","payload":{"action":"sync","seq":1}}'));
  await act(async () => end.stop());
  end.start();
  await pass(5000);
  const { length } = end.made;
  await pass(70000);
  expect(end.made).toHaveLength(length);
});

describe('the refresh button', () => {
  it('is disabled while it works', async () => {
    await open();
    const waiting = later();
    api[LINKS] = () => waiting.answer;
    await refresh();
    expect(button().disabled).toBe(true);
    expect(button().textContent).toBe('Refreshing…');
    expect(root().getAttribute('aria-busy')).toBe('true');
    waiting.resolve(rowsOf([link(7)]));
    await pass(SOON);
    expect(button().disabled).toBe(false);
    expect(root().getAttribute('aria-busy')).toBe('false');
    expect(names()).toEqual(['Link 7']);
  });

  it('shows a failure, keeps the rows, and retries by itself', async () => {
    await open();
    api[LINKS] = () => answer({}, 502);
    await refresh();
    expect(screen.getByRole('alert').textContent).toContain('could not be loaded');
    expect(names()).toEqual(['Link 1', 'Link 2']);
    expect(button().disabled).toBe(false);
    api[LINKS] = [link(7)];
    await pass(4000);
    expect(screen.queryByRole('alert')).toBeTruthy();
    await pass(3000);
    expect(screen.queryByRole('alert')).toBeNull();
    expect(names()).toEqual(['Link 7']);
  });

  it('backs off', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(1);
    const { onConnection } = end;
    end.onConnection = socket => {
      onConnection(socket);
      socket.on('message', () => socket.send('{}'));
    };
    await open();
    api[LINKS] = () => answer({}, 502);
    await refresh();
    for (const wait of [6000, 7000, 9000, 13000]) {
      const before = calls(LINKS);
      await pass(wait - 2 * SOON);
      expect(calls(LINKS)).toBe(before);
      await pass(2 * SOON);
      expect(calls(LINKS)).toBe(before + 1);
    }
  });

  it('times out', async () => {
    await open();
    api[LINKS] = () => new Promise(() => {});
    await refresh();
    await pass(20000);
    expect(screen.getByRole('alert')).toBeTruthy();
    expect(button().disabled).toBe(false);
  });
});

describe('the author of a change', () => {
  const by = actor => ({ stream: 'links', payload: { ...update(1, { name: 'New' }).payload, actor } });
  const said = pk => row(pk).querySelector('.changed-by')?.textContent;

  it.each([['en', 'bob changed this', 'bob deleted “New”'], ['es', 'bob lo cambió', 'bob eliminó «New»']])(
    'is named beside the link, or in a toast if it was deleted: %s', async (language, changed, gone) => {
      document.documentElement.lang = language;
      await open({ me: { id: 1, username: 'alice' } });
      await end.say(by('bob'));
      expect(said(1)).toBe(changed);
      expect(said(2)).toBeUndefined();
      await end.say({ stream: 'links', payload: { action: 'delete', pk: 1, data: null, actor: 'bob' } });
      expect([...document.querySelectorAll('.site-toast bdi')].map(toast => toast.textContent)).toEqual([gone]);
    });

  it('is not named if it is the visitor', async () => {
    await open({ me: { id: 1, username: 'alice' } });
    await end.say(by('alice'));
    expect(row(1).querySelector('th').textContent).toBe('New');
    expect(said(1)).toBeUndefined();
    await end.say({ stream: 'links', payload: { action: 'delete', pk: 1, data: null, actor: 'alice' } });
    expect(document.querySelector('.site-toast')).toBeNull();
  });

  it('is plain text', async () => {
    await open();
    await end.say(by('<img src=x>'));
    expect(said(1)).toBe('<img src=x> changed this');
  });
});
