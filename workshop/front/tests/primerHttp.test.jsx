import { act } from '@testing-library/react';
import { beforeEach, describe, expect, it, vi } from 'vitest';

import { later, pass, show, SOON } from './helpers';
import {
  badge, frames, isDisabled, log, observe, openPrimer, press, serveExample, slotOf, type,
} from './primerHelpers';

let asked;
let fetch;

const answered = (status, body = '', headers = {}) => ({
  status, text: async () => (typeof body === 'string' ? body : JSON.stringify(body)), headers: new Headers(headers),
});

/** A server that answers each request when the test says so; `asked` are the open ones. */
function serveHttp() {
  asked = [];
  fetch = vi.fn((path, { signal }) => {
    const promise = later();
    const entry = { path, signal, answer: promise.resolve, fail: promise.reject };
    asked.push(entry);
    signal.addEventListener('abort', () => promise.reject(new Error('aborted')));
    return promise.answer;
  });
  vi.stubGlobal('fetch', fetch);
}

const waiting = () => asked.filter(({ signal, done }) => !signal.aborted && !done);

async function reply(...answer) {
  const entry = asked.at(-1);
  entry.done = true;
  await act(async () => entry.answer(answered(...answer)));
  await pass(SOON);
}

beforeEach(() => {
  vi.spyOn(Math, 'random').mockReturnValue(0.5);
  serveHttp();
});

describe('long polling', () => {
  const news = number => ({ number, news: `n${number}` });
  const open = props => openPrimer(['poll'], props);

  it('requests what is newer than the page, and waits', async () => {
    await open({ news: news(7) });
    expect(asked.map(({ path }) => path)).toEqual(['/primer/poll/?after=7']);
    expect(badge('poll')).toBe('Waiting for news…');
    await pass(30000);
    expect(asked).toHaveLength(1);
    expect(frames('poll')).toEqual([['↑', 'GET /primer/poll/?after=7']]);
  });

  it('requests what follows after each response, one request at a time', async () => {
    await open();
    await pass(3000);
    await reply(200, news(8));
    expect(asked.map(({ path }) => path)).toEqual(['/primer/poll/?after=0', '/primer/poll/?after=8']);
    expect(waiting()).toHaveLength(1);
    expect(frames('poll')[1].slice(0, 2)).toEqual(['↓', '200 {"number":8,"news":"n8"}']);
    expect(frames('poll')[1][2]).toMatch(/^3,0\d\d\.\d\u00a0ms$/);
  });

  it('repeats the request after 204', async () => {
    await open({ news: news(3) });
    await pass(25000);
    await reply(204);
    expect(asked.map(({ path }) => path)).toEqual(['/primer/poll/?after=3', '/primer/poll/?after=3']);
    expect(frames('poll')[1].slice(1)).toEqual(['204: nothing new', expect.stringMatching(/^25\.\d\u00a0s$/)]);
  });

  it.each([[200, { number: 1 }], [204, '']])('sends at most one request a second, however fast the %d arrive', async (status, body) => {
    await open();
    const begun = Date.now();
    for (let times = 0; times < 10; times += 1) {
      const before = asked.length;
      await reply(status, body);
      while (asked.length === before) await pass(10);
    }
    expect(Date.now() - begun).toBeGreaterThan(9500);
  });

  it('accepts a number that went back: the server has started over', async () => {
    await open({ news: news(90) });
    await pass(2000);
    await reply(200, news(1));
    expect(asked.at(-1).path).toBe('/primer/poll/?after=1');
  });

  it('waits as long as a 429 says, and shows it', async () => {
    await open();
    await reply(429, { error: 'slow' }, { 'Retry-After': '20' });
    expect(frames('poll')[1][1]).toBe('429 {"error":"slow"}');
    expect(badge('poll')).toBe('Asks again in 21 s');
    await pass(20000);
    expect(asked).toHaveLength(1);
    await pass(1000);
    expect(asked).toHaveLength(2);
    expect(badge('poll')).toBe('Waiting for news…');
  });

  it('caps Retry-After', async () => {
    await open();
    await reply(429, '', { 'Retry-After': '31536000' });
    await pass(62000);
    expect(asked).toHaveLength(2);
  });

  it.each([[503, 'Busy'], [400, { error: 'after' }], [200, 'no json']])(
    'backs off after %d %j', async (status, body) => {
      await open();
      const waits = [];
      for (let times = 0; times < 8; times += 1) {
        const before = asked.length;
        await reply(status, body);
        const since = Date.now();
        while (asked.length === before) await pass(100);
        waits.push(Date.now() - since);
      }
      expect(waits[0]).toBeGreaterThan(1500);
      [0, 1, 2].forEach(n => expect(waits[n + 1]).toBeGreaterThan(waits[n]));
      expect(waits[7]).toBeLessThan(12000);
      await reply(204);
      await pass(1000);
      expect(badge('poll')).toBe('Waiting for news…');
      await reply(503);
      expect(badge('poll')).toBe('Asks again in 2 s');
    });

  it('gives up on an unanswered request, and continues', async () => {
    await open();
    await pass(40000 + SOON);
    expect(asked[0].signal.aborted).toBe(true);
    expect(frames('poll')[1].slice(0, 2)).toEqual(['↓', 'no answer']);
    await pass(2100);
    expect(asked).toHaveLength(2);
  });

  it('stops when the panel is closed, and starts over when it is opened', async () => {
    await open();
    await press('poll', 'Close');
    expect(waiting()).toEqual([]);
    expect(badge('poll')).toBe('Closed');
    await pass(60000);
    expect(asked).toHaveLength(1);
    expect(log('poll').at(-1)).toEqual(['·', 'connection closed']);
    await press('poll', 'Open');
    await pass(SOON);
    expect(waiting()).toHaveLength(1);
  });

  it('can be stopped while it waits', async () => {
    await open();
    await reply(503);
    await press('poll', 'Close');
    await pass(60000);
    expect(asked).toHaveLength(1);
  });

  it('can’t be sped up by closing and opening', async () => {
    await open();
    for (let times = 0; times < 5; times += 1) {
      await press('poll', 'Close');
      await press('poll', 'Open');
    }
    expect(asked).toHaveLength(1);
    await pass(1000);
    expect(asked).toHaveLength(2);
    await reply(429, '', { 'Retry-After': '20' });
    await press('poll', 'Close');
    await press('poll', 'Open');
    await pass(20000);
    expect(asked).toHaveLength(2);
    expect(badge('poll')).toBe('Asks again in 21 s');
    await pass(1000);
    expect(asked).toHaveLength(3);
  });

  it('pauses while the page is hidden', async () => {
    const visible = vi.spyOn(document, 'visibilityState', 'get');
    await open();
    visible.mockReturnValue('hidden');
    await show();
    expect(waiting()).toEqual([]);
    await pass(60000);
    expect(asked).toHaveLength(1);
    visible.mockReturnValue('visible');
    await show();
    await pass(SOON);
    expect(waiting()).toHaveLength(1);
  });

  it('is cleaned up on unmount', async () => {
    const view = await open();
    view.unmount();
    expect(waiting()).toEqual([]);
    await pass(60000);
    expect(vi.getTimerCount()).toBe(0);
    expect(asked).toHaveLength(1);
  });

  it('starts when it becomes visible', async () => {
    const scroll = observe();
    await open();
    expect(asked).toEqual([]);
    await scroll(slotOf('poll'));
    expect(asked).toHaveLength(1);
  });

  it('posts over the news socket, which it opens', async () => {
    const scroll = observe();
    const end = serveExample('news');
    await openPrimer(['poll', 'news']);
    expect(slotOf('poll').textContent).toContain('(over /primer/news/)');
    expect(isDisabled('poll', 'Say')).toBe(true);
    expect(end.alive()).toHaveLength(0);
    await scroll(slotOf('poll'));
    expect(end.open()).toHaveLength(1);
    type('poll', 'text', 'ahoy');
    await press('poll', 'Say');
    await pass(SOON);
    expect(end.frames.map(JSON.parse)).toEqual([{ news: 'ahoy' }]);
    expect(frames('news')).toEqual([['↑', '{"news":"ahoy"}']]);
    await press('news', 'Close');
    expect(isDisabled('poll', 'Say')).toBe(true);
    await press('news', 'Open');
    await pass(SOON);
    expect(isDisabled('poll', 'Say')).toBe(false);
  });
});

describe('the raw request', () => {
  it('is sent by a button, one at a time', async () => {
    await openPrimer(['raw']);
    expect(asked).toEqual([]);
    await press('raw', 'Ask');
    expect(isDisabled('raw', 'Ask')).toBe(true);
    await pass(5);
    await reply(200, { method: 'GET' });
    expect(frames('raw').map(line => line.slice(0, 2))).toEqual([['↑', 'GET /primer/raw/'], ['↓', '200 {"method":"GET"}']]);
    expect(frames('raw')[1][2]).toMatch(/ms$/);
    expect(isDisabled('raw', 'Ask')).toBe(false);
  });

  it('may get no response', async () => {
    await openPrimer(['raw']);
    await press('raw', 'Ask');
    await pass(20000 + SOON);
    expect(frames('raw')[1][1]).toBe('no answer');
    expect(isDisabled('raw', 'Ask')).toBe(false);
  });

  it('is aborted on unmount', async () => {
    const view = await openPrimer(['raw']);
    await press('raw', 'Ask');
    view.unmount();
    expect(waiting()).toEqual([]);
    await pass(SOON);
    expect(vi.getTimerCount()).toBe(0);
  });
});
