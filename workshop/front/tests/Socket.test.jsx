import { act, render } from '@testing-library/react';
import { beforeEach, describe, expect, it, vi } from 'vitest';

import Socket from '../src/components/Socket';
import { goOnline, later, pass, serve, show, SOON } from './helpers';

const URL = 'ws://localhost/updates/';

let end;
let page;

function open() {
  page = { onOpen: vi.fn(), onMessage: vi.fn(), onClose: vi.fn(), onState: vi.fn(), onBack: vi.fn() };
  page.state = () => page.onState.mock.lastCall[0];
  page.view = render(<Socket url={URL} {...page} />);
}

beforeEach(() => {
  vi.spyOn(Math, 'random').mockReturnValue(0.999);
  end = serve(URL);
});

describe('a socket that opens', () => {
  beforeEach(() => open());

  it('reports it and passes frames on', async () => {
    expect(page.state()).toBe('connecting');
    await pass(SOON);
    expect(page.state()).toBe('connected');
    expect(page.onOpen).toHaveBeenCalledTimes(1);
    await end.say('hello');
    expect(page.onMessage.mock.calls).toEqual([['hello']]);
  });

  it('sends while it is open', async () => {
    await pass(SOON);
    const [send] = page.onOpen.mock.lastCall;
    expect(send({ action: 'who' })).toBe(true);
    await pass(SOON);
    expect(end.frames).toEqual([{ action: 'who' }]);
    await act(async () => end.stop());
    await pass(SOON);
    expect(send({ action: 'who' })).toBe(false);
    end.start();
    await pass(1000 + SOON);
    expect(send({ action: 'old' })).toBe(false);
    expect(page.onOpen.mock.lastCall[0]({ action: 'new' })).toBe(true);
  });

  it('reconnects, receives frames, and is the only one', async () => {
    await pass(SOON);
    for (const times of [2, 3, 4]) {
      await act(async () => end.stop());
      await pass(SOON);
      expect(page.state()).toBe('reconnecting');
      end.start();
      await pass(21000);
      expect(page.state()).toBe('connected');
      expect(page.onOpen).toHaveBeenCalledTimes(times);
      expect(end.alive()).toHaveLength(1);
      page.onMessage.mockClear();
      await end.say('again');
      expect(page.onMessage).toHaveBeenCalledTimes(1);
    }
  });

  it('reports its close code', async () => {
    await pass(SOON);
    await act(async () => end.server.close({ code: 4403, reason: '', wasClean: true }));
    expect(page.onClose.mock.calls).toEqual([[4403]]);
  });

  it('doesn’t reconnect once the visitor has been logged out', async () => {
    await pass(SOON);
    await act(async () => end.server.close({ code: 4401, reason: '', wasClean: true }));
    expect(page.state()).toBe('sessionEnded');
    expect(page.onClose.mock.calls).toEqual([[4401]]);
    await goOnline();
    await show();
    await pass(60000);
    expect(end.made).toHaveLength(1);
    expect(page.state()).toBe('sessionEnded');
    expect(vi.getTimerCount()).toBe(0);
  });

  it.each([1006, 1008, 1009, 1012, 1013, 4012])('reconnects after %d, later each time that it closes early', async code => {
    await pass(SOON);
    for (const limit of [1000, 2000, 4000]) {
      const made = end.made.length;
      await act(async () => end.server.close({ code, reason: '', wasClean: true }));
      end.stop();
      end.start();
      await pass(limit - 2 * SOON);
      expect(end.made).toHaveLength(made);
      await pass(4 * SOON);
      expect(end.made).toHaveLength(made + 1);
      expect(page.state()).toBe('connected');
    }
  });

  it('reconnects at a random time within the spread of a restart, however often it failed before', async () => {
    await pass(SOON);
    for (const made of [1, 2]) {
      await act(async () => end.server.close({ code: 1012, reason: 'spread=5', wasClean: true }));
      end.stop();
      end.start();
      await pass(4995 - 2 * SOON);
      expect(end.made).toHaveLength(made);
      await pass(4 * SOON);
      expect(end.made).toHaveLength(made + 1);
      expect(page.state()).toBe('connected');
    }
  });

  it('backs off if nobody is there after a restart', async () => {
    await pass(SOON);
    await act(async () => end.server.close({ code: 1012, reason: 'spread=0', wasClean: true }));
    await act(async () => end.stop());
    await pass(SOON);
    const made = end.made.length;
    await pass(2000 - 2 * SOON);
    expect(end.made).toHaveLength(made);
    await pass(4 * SOON);
    expect(end.made).toHaveLength(made + 1);
  });

  it('is closed when its page is left, and replaced when the visitor returns to it', async () => {
    await pass(SOON);
    await act(async () => window.dispatchEvent(new Event('pagehide')));
    await pass(SOON);
    expect(end.alive()).toHaveLength(0);
    await act(async () => window.dispatchEvent(Object.assign(new Event('pageshow'), { persisted: true })));
    await pass(SOON);
    expect(end.alive()).toHaveLength(1);
    expect(page.state()).toBe('connected');
  });

  it('is cleaned up on unmount', async () => {
    await pass(SOON);
    const removed = [window, document].map(target => vi.spyOn(target, 'removeEventListener'));
    page.view.unmount();
    expect(removed.map(spy => spy.mock.calls.map(([name]) => name))).toEqual([
      ['pagehide', 'pageshow', 'online', 'offline'], ['visibilitychange'],
    ]);
    await pass(60000);
    expect(end.alive()).toHaveLength(0);
    expect(end.made).toHaveLength(1);
    expect(vi.getTimerCount()).toBe(0);
    await goOnline();
    await show();
    expect(end.made).toHaveLength(1);
  });

  it('passes on nothing after unmounting', async () => {
    await pass(SOON);
    const [socket] = end.made;
    page.view.unmount();
    socket.onmessage({ data: 'late' });
    socket.onopen();
    expect(page.onMessage).not.toHaveBeenCalled();
    expect(page.onClose).not.toHaveBeenCalled();
    expect(page.onOpen).toHaveBeenCalledTimes(1);
  });

  it('can be unmounted while it waits', async () => {
    await pass(SOON);
    await act(async () => end.stop());
    await pass(SOON);
    page.view.unmount();
    await pass(60000);
    expect(end.made).toHaveLength(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is replaced after a network outage, since it may be dead', async () => {
    await pass(SOON);
    const [old] = end.made;
    await goOnline();
    await pass(SOON);
    expect(end.made).toHaveLength(2);
    expect(end.open()).toHaveLength(1);
    expect(page.state()).toBe('connected');
    await act(async () => old.onclose({}));
    old.onmessage({ data: 'late' });
    await pass(30000);
    expect(end.made).toHaveLength(2);
    expect(page.onMessage).not.toHaveBeenCalled();
  });

  it('counts as closed as soon as the network is lost, and reports when it was last heard', async () => {
    await pass(SOON);
    await pass(60000);
    await end.say('last');
    const heardAt = Date.now() - SOON;
    end.stop();
    await act(async () => { window.dispatchEvent(new Event('offline')); });
    await pass(60000);
    expect(page.onState).toHaveBeenLastCalledWith('reconnecting', heardAt);
    end.start();
    await goOnline();
    await pass(SOON);
    expect(page.state()).toBe('connected');
  });

  it('is kept when the page becomes visible', async () => {
    await pass(SOON);
    await show();
    await pass(SOON);
    expect(end.made).toHaveLength(1);
  });
});

describe('a visitor who has been logged out', () => {
  const nav = name => `<nav>${name ? `<b id="me">${name}</b>` : 'Log in'}</nav>`;
  const pageOf = (name, data) => `${nav(name)}<main></main><script type="application/json">${JSON.stringify(data)}</script>`;
  let html;

  beforeEach(async () => {
    document.body.insertAdjacentHTML('afterbegin', nav('alice'));
    vi.stubGlobal('fetch', vi.fn(async () => ({ text: async () => html })));
    html = pageOf(null, {});
    open();
    await pass(SOON);
    await act(async () => end.server.close({ code: 4401, reason: '', wasClean: true }));
    await pass(SOON);
  });

  const lookAgain = async () => {
    await act(async () => { window.dispatchEvent(new Event('focus')); });
    await pass(SOON);
  };

  it('sees that in the header, which is checked again whenever they return', async () => {
    expect(document.querySelector('nav').textContent).toBe('Log in');
    await lookAgain();
    expect(page.state()).toBe('sessionEnded');
    expect(fetch).toHaveBeenCalledTimes(2);
    expect(end.made).toHaveLength(1);
  });

  it('gets the page back once they are logged in again', async () => {
    end.stop();
    end.start();
    html = pageOf('alice', { can: { add: true } });
    await lookAgain();
    expect(page.state()).toBe('connected');
    expect(page.onBack.mock.calls).toEqual([[{ can: { add: true } }]]);
    expect(document.getElementById('me').textContent).toBe('alice');
    await lookAgain();
    expect(fetch).toHaveBeenCalledTimes(2);
  });

  it('is not mistaken for somebody else who is logged in now', async () => {
    html = pageOf('bob', {});
    await lookAgain();
    expect(page.state()).toBe('otherVisitor');
    await goOnline();
    await lookAgain();
    expect(end.made).toHaveLength(1);
    expect(page.onBack).not.toHaveBeenCalled();
  });
});

describe('a socket that is refused', () => {
  /** The delays between the sockets that were opened. */
  async function waits(count) {
    const found = [];
    while (found.length < count) {
      const before = end.made.length;
      const since = Date.now();
      while (end.made.length === before) await pass(5);
      found.push(Date.now() - since);
    }
    return found;
  }

  beforeEach(() => {
    end.server.stop();
    vi.spyOn(console, 'error').mockImplementation(() => {}); // mock-socket logs each refusal
    open();
  });

  it('retries within a second, then backs off up to a limit', async () => {
    const found = await waits(8);
    [1000, 2000, 4000, 8000, 16000, 20000, 20000, 20000].forEach((limit, n) => {
      expect(found[n]).toBeGreaterThan(limit * 0.99);
      expect(found[n]).toBeLessThan(limit + SOON);
    });
    expect(page.state()).toBe('reconnecting');
    expect(end.alive().length).toBeLessThanOrEqual(1);
    expect(page.onOpen).not.toHaveBeenCalled();
  });

  it('spreads its retries over the whole interval', async () => {
    Math.random.mockReturnValue(0.25);
    const found = await waits(3);
    [250, 500, 1000].forEach((wait, n) => expect(Math.abs(found[n] - wait)).toBeLessThan(SOON));
  });

  it('resets the backoff only after staying open for a while', async () => {
    await waits(3);
    end.start();
    await pass(8000 + SOON);
    expect(page.state()).toBe('connected');
    await act(async () => end.stop());
    const [short] = await waits(1);
    expect(short).toBeGreaterThan(8000);
    end.start();
    await pass(20000 + 5000 + SOON);
    expect(page.state()).toBe('connected');
    await act(async () => end.stop());
    const [steady] = await waits(1);
    expect(steady).toBeLessThan(1000 + SOON);
  });

  it.each([['online', goOnline], ['visible', show]])('retries at once when the page is %s', async (_, happens) => {
    await waits(5);
    end.start();
    await pass(SOON);
    const before = end.made.length;
    await happens();
    await pass(SOON);
    expect(end.made).toHaveLength(before + 1);
    expect(page.state()).toBe('connected');
    await pass(60000);
    expect(end.made).toHaveLength(before + 1);
  });
});

describe('a socket that is refused repeatedly', () => {
  const page404 = { status: 404, url: 'http://localhost/' };

  function refuse(answer) {
    const fetch = vi.fn(answer);
    vi.stubGlobal('fetch', fetch);
    end.server.stop();
    vi.spyOn(console, 'error').mockImplementation(() => {});
    open();
    return fetch;
  }

  it.each([
    ['sessionEnded', { status: 200, url: 'http://localhost/accounts/login/?next=/' }],
    ['sessionEnded', { status: 401, url: 'http://localhost/' }],
    ['gone', page404],
    ['gone', { status: 200, url: 'http://localhost/', headers: new Headers({ 'X-Gone': '1' }) }],
    ['gone', { status: 403, url: 'http://localhost/' }],
    ['gone', { status: 410, url: 'http://localhost/' }],
  ])('reports %s and stops if the page responds with %j', async (state, answer) => {
    const fetch = refuse(async () => answer);
    await pass(60000);
    expect(fetch.mock.calls.filter(([, { method }]) => method)).toEqual([['/', expect.objectContaining({ method: 'HEAD' })]]);
    expect(page.state()).toBe(state);
    const { length } = end.made;
    await goOnline();
    await show();
    await pass(60000);
    expect(end.made).toHaveLength(length);
    expect(vi.getTimerCount()).toBe(0);
  });

  it.each([
    ['the page is there', async () => ({ status: 200, url: 'http://localhost/' })],
    ['the server is unwell', async () => ({ status: 503, url: 'http://localhost/' })],
    ['there is no network', async () => { throw new TypeError('Failed to fetch'); }],
  ])('keeps retrying if %s', async (_, answer) => {
    const fetch = refuse(answer);
    await pass(60000);
    expect(fetch.mock.calls.length).toBeLessThan(end.made.length / 2);
    expect(page.state()).toBe('reconnecting');
    end.start();
    await pass(21000);
    expect(page.state()).toBe('connected');
  });

  it('is looked into at the page’s own address', async () => {
    window.history.replaceState(null, '', '/chat/lobby/?after=3');
    try {
      const fetch = refuse(async () => page404);
      await pass(60000);
      expect(fetch.mock.calls[0][0]).toBe('/chat/lobby/?after=3');
    } finally {
      window.history.replaceState(null, '', '/');
    }
  });

  it('is not considered gone if it opened before the response arrived', async () => {
    const promise = later();
    refuse(() => promise.answer);
    while (fetch.mock.calls.length === 0) await pass(100);
    end.start();
    await pass(8000 + SOON);
    expect(page.state()).toBe('connected');
    await act(async () => promise.resolve(page404));
    await pass(SOON);
    expect(page.state()).toBe('connected');
  });

  it('is looked into only then: sockets that open and close prove nothing', async () => {
    const fetch = vi.fn();
    vi.stubGlobal('fetch', fetch);
    open();
    for (let times = 0; times < 5; times += 1) {
      await pass(21000);
      await act(async () => end.server.close({ code: 1012, reason: '', wasClean: true }));
      end.stop();
      end.start();
    }
    expect(fetch).not.toHaveBeenCalled();
  });
});

it('is replaced when the page reports it dead', async () => {
  open();
  await pass(SOON);
  const [, restart] = page.onOpen.mock.lastCall;
  await act(async () => restart());
  await pass(SOON);
  expect(end.made).toHaveLength(2);
  expect(end.open()).toHaveLength(1);
  await act(async () => restart()); // of a previous socket
  await pass(SOON);
  expect(end.made).toHaveLength(2);
});

it('gives up on an unanswered handshake', async () => {
  open();
  end.made[0].onopen = null;
  await pass(20000 + 1000 + SOON);
  expect(end.made).toHaveLength(2);
  expect(end.open()).toHaveLength(1);
  expect(page.state()).toBe('connected');
});
