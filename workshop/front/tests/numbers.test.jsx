import { act, render } from '@testing-library/react';
import { beforeEach, describe, expect, it, vi } from 'vitest';

import LinksDetail from '../src/containers/LinksDetail';
import { answer, later, pass, rowsOf, serveApi, serveUpdates, show, SOON } from './helpers';

const LINKS = '/links/api/links/';
const GRACE = 1000;
const JITTER = 1000;

const link = (id, more) => ({ id, name: `Link ${id}`, url: '', pending: false, description: '', tags: [], user: 1, ...more });
const names = () => [...document.querySelectorAll('tr[data-pk] th')].map(cell => cell.textContent);
const loads = () => fetch.mock.calls.filter(([url]) => url.startsWith(LINKS)).length;
const visible = state => vi.spyOn(document, 'visibilityState', 'get').mockReturnValue(state);

let end;
let api;
let fetch;

async function open() {
  render(<LinksDetail links={[link(1), link(2)]} tags={[]} users={[{ id: 1, username: 'alice' }]} />);
  await pass(SOON);
}

beforeEach(() => {
  vi.spyOn(Math, 'random').mockReturnValue(0.5);
  end = serveUpdates();
  api = { [LINKS]: [link(1), link(2)] };
  fetch = serveApi(api);
});

describe('the rows of a page that has joined', () => {
  it('are fetched once the numbers are known, just once', async () => {
    await open();
    expect(loads()).toBe(1);
    await pass(GRACE + JITTER + SOON);
    expect(loads()).toBe(1);
  });

  it('are fetched soon if the server has no numbers', async () => {
    end.onConnection = () => {};
    await open();
    expect(loads()).toBe(0);
    await pass(300);
    expect(loads()).toBe(1);
  });

  it('are fetched again if a number is newer', async () => {
    end.onConnection = () => {};
    await open();
    await pass(300);
    api[LINKS] = [link(1)];
    await end.sync('links');
    await pass(GRACE + JITTER + SOON);
    expect(loads()).toBe(2);
    expect(names()).toEqual(['Link 1']);
  });
});

describe('a gap', () => {
  beforeEach(() => open());

  it('that closes within a second costs nothing', async () => {
    const first = end.next('links');
    await end.tell('links', 'update', 2, { name: 'second' });
    expect(names()).toEqual(['Link 1', 'second']);
    await pass(GRACE - 3 * SOON);
    await end.tell('links', 'update', 1, { name: 'first' }, first);
    await pass(GRACE + JITTER);
    expect(names()).toEqual(['first', 'second']);
    expect(loads()).toBe(1);
  });

  it('that persists makes the page fetch the rows, once', async () => {
    end.next('links');
    await end.tell('links', 'update', 2, { name: 'second' });
    await end.tell('links', 'update', 2, { name: 'third' });
    api[LINKS] = [link(1, { name: 'missed' }), link(2, { name: 'third' })];
    await pass(GRACE + JITTER);
    expect(names()).toEqual(['missed', 'third']);
    await pass(5000);
    expect(loads()).toBe(2);
  });

  it.each(['tags', 'linktags'])('may be in %s', async stream => {
    end.next(stream);
    await end.sync(stream);
    await pass(GRACE + JITTER);
    expect(loads()).toBe(2);
  });

  it('is not mistaken for another that opened meanwhile', async () => {
    for (let times = 0; times < 5; times += 1) {
      const late = end.next('links');
      await end.tell('links', 'update', 1, { name: 'a' });
      await pass(GRACE / 2);
      await end.tell('links', 'update', 2, { name: 'b' }, late);
      await end.tell('links', 'update', 2, { name: 'c' });
    }
    await pass(GRACE + JITTER);
    expect(loads()).toBe(1);
  });

  it('that opened meanwhile is not forgotten', async () => {
    const late = end.next('links');
    await end.tell('links', 'update', 1, { name: 'a' });
    await pass(GRACE / 2);
    await end.tell('links', 'update', 2, { name: 'b' }, late);
    end.next('links');
    await end.tell('links', 'update', 1, { name: 'c' });
    await pass(GRACE);
    expect(loads()).toBe(1);
    await pass(GRACE + JITTER);
    expect(loads()).toBe(2);
  });

  it('is retried with a backoff until the rows are there', async () => {
    api[LINKS] = () => answer({}, 502);
    end.next('links');
    await end.sync('links');
    await pass(GRACE + JITTER);
    expect(loads()).toBe(2);
    expect(document.querySelector('[role=alert]')).toBeTruthy();
    api[LINKS] = [link(9)];
    await pass(6000);
    expect(names()).toEqual(['Link 9']);
  });

  it('that opens while rows are in flight causes another fetch', async () => {
    const waiting = later();
    end.next('links');
    await end.sync('links');
    api[LINKS] = () => waiting.answer;
    await pass(GRACE + JITTER);
    end.next('links');
    await end.sync('links');
    api[LINKS] = [link(3)];
    waiting.resolve(rowsOf([link(1)]));
    await pass(GRACE + JITTER + SOON);
    expect(names()).toEqual(['Link 3']);
    expect(loads()).toBe(3);
  });
});

describe('a page that reconnects', () => {
  const back = async () => {
    await act(async () => end.stop());
    await pass(SOON);
    return async () => {
      end.start();
      await pass(1000 + SOON);
    };
  };
  const keeping = frames => (stream, after) =>
    ({ action: 'recovered', after, frames: frames.filter(({ seq }) => seq > after) });

  beforeEach(() => open());

  it('requests nothing if it has missed nothing', async () => {
    await end.tell('links', 'update', 1, { name: 'heard' });
    const start = await back();
    await start();
    await pass(GRACE + JITTER);
    expect(loads()).toBe(1);
    expect(end.recoveries()).toEqual([]);
    await end.tell('links', 'update', 2, { name: 'goes on' });
    expect(names()).toEqual(['heard', 'goes on']);
  });

  it('recovers what it has missed, without fetching the rows', async () => {
    const start = await back();
    const frames = [['update', 1, { name: 'first' }], ['delete', 2], ['update', 1, { name: 'second' }]].map(
      ([action, pk, data]) => ({ action, pk, data, seq: end.next('links') }));
    end.recover = keeping(frames);
    await start();
    expect(names()).toEqual(['second']);
    expect(end.recoveries()).toEqual([['links', 100]]);
    await pass(6000);
    expect(loads()).toBe(1);
    await end.tell('links', 'update', 1, { name: 'old' }, frames[0].seq);
    expect(names()).toEqual(['second']);
  });

  it('fetches the rows, once, if what it has missed is no longer kept', async () => {
    const start = await back();
    end.next('links');
    end.next('tags');
    api[LINKS] = [link(3)];
    await start();
    await pass(GRACE + JITTER);
    expect(names()).toEqual(['Link 3']);
    expect(loads()).toBe(2);
    expect(end.recoveries()).toEqual([['links', 100], ['tags', 200]]);
  });

  it('fetches them if a frame is missing among those kept', async () => {
    const start = await back();
    end.next('links');
    end.recover = keeping([{ action: 'update', pk: 1, data: { name: 'last' }, seq: end.next('links') }]);
    api[LINKS] = [link(1, { name: 'last' }), link(2, { name: 'lost' })];
    await start();
    expect(names()).toEqual(['last', 'Link 2']);
    await pass(GRACE + JITTER);
    expect(names()).toEqual(['last', 'lost']);
    expect(loads()).toBe(2);
    expect(end.recoveries()).toHaveLength(1);
  });

  it('fetches them if nobody answers', async () => {
    const start = await back();
    end.onMessage = () => {};
    end.next('links');
    await start();
    await pass(4000);
    expect(loads()).toBe(1);
    await pass(1000 + JITTER);
    expect(loads()).toBe(2);
  });

  it('fetches them at once if it was about to', async () => {
    await end.tell('links', 'reload');
    const start = await back();
    api[LINKS] = [link(4)];
    await start();
    expect(names()).toEqual(['Link 4']);
  });
});

describe('a gap without a reconnect', () => {
  it('is closed by the frames that the server has kept', async () => {
    await open();
    const lost = { action: 'update', pk: 1, data: { name: 'lost' }, seq: end.next('links') };
    await end.tell('links', 'update', 2, { name: 'heard' });
    end.recover = (stream, after) => ({ action: 'recovered', after, frames: [lost] });
    await pass(GRACE);
    expect(names()).toEqual(['lost', 'heard']);
    await pass(6000);
    expect(loads()).toBe(1);
  });
});

describe('a frame', () => {
  beforeEach(() => open());

  it('older than the row is ignored', async () => {
    const old = end.next('links');
    await end.tell('links', 'update', 1, { name: 'new' });
    await end.tell('links', 'update', 1, { name: 'old' }, old);
    expect(names()).toEqual(['new', 'Link 2']);
  });

  it('older than a deletion doesn’t bring the row back', async () => {
    const old = end.next('links');
    await end.tell('links', 'delete', 1);
    await end.tell('links', 'update', 1, link(1), old);
    expect(names()).toEqual(['Link 2']);
  });

  it('from before the rows were requested doesn’t undo them', async () => {
    const old = end.next('links');
    await end.sync('links');
    api[LINKS] = [link(1, { name: 'fetched' }), link(2)];
    await pass(GRACE + JITTER);
    await end.tell('links', 'update', 1, { name: 'old' }, old);
    expect(names()).toEqual(['fetched', 'Link 2']);
  });

  it('that requests a reload is numbered too', async () => {
    await end.tell('links', 'reload');
    await end.tell('links', 'update', 1, { name: 'next' });
    await pass(GRACE + JITTER);
    expect(loads()).toBe(2);
  });
});

describe('the newest numbers', () => {
  it('are requested every 30 seconds', async () => {
    const { onConnection } = end;
    end.onConnection = socket => {
      onConnection(socket);
      socket.on('message', () => socket.send('{}'));
    };
    await open();
    await pass(29000);
    expect(end.syncs()).toEqual(['links']); // the heartbeat
    await pass(2000);
    expect(end.syncs().slice(1)).toEqual(expect.arrayContaining(['links', 'tags', 'linktags']));
    await pass(30000);
    expect(end.syncs().filter(stream => stream === 'tags')).toHaveLength(2);
  });

  it('are requested at once when the page becomes visible', async () => {
    await open();
    visible('hidden');
    await show();
    expect(end.syncs()).toEqual([]);
    visible('visible');
    await show();
    await pass(SOON);
    expect(end.syncs()).toEqual(['links', 'tags', 'linktags']);
  });

  it('are not requested while disconnected', async () => {
    await open();
    await act(async () => end.stop());
    await pass(SOON);
    visible('visible');
    await show();
    await pass(40000);
    expect(end.syncs()).toEqual([]);
  });

  it('reveal the loss of the last frame', async () => {
    await open();
    end.next('links');
    api[LINKS] = [link(1)];
    await pass(31000);
    await end.sync('links');
    await pass(GRACE + JITTER);
    expect(names()).toEqual(['Link 1']);
  });

  it('start everything over if they went back', async () => {
    await open();
    await end.tell('links', 'update', 1, { name: 'before' });
    await pass(31000);
    end.seq.links = 50;
    api[LINKS] = [link(1, { name: 'after' })];
    await end.sync('links');
    await pass(GRACE + JITTER);
    expect(names()).toEqual(['after']);
    await end.tell('links', 'update', 1, { name: 'later' });
    expect(names()).toEqual(['later']);
  });

  it('of a new connection count from there', async () => {
    await open();
    await act(async () => end.stop());
    end.seq.links = 7;
    await pass(SOON);
    end.start();
    await pass(1000 + SOON);
    await end.tell('links', 'update', 1, { name: 'heard' });
    expect(names()).toEqual(['heard', 'Link 2']);
    await pass(GRACE + JITTER);
    expect(loads()).toBe(2);
  });
});
