import { act } from '@testing-library/react';
import { beforeEach, describe, expect, it, vi } from 'vitest';

import { pass, show, SOON } from './helpers';
import {
  badge, frames, hint, isDisabled, log, observe, openPrimer, PATHS, press, serveExample, slotOf, type,
} from './primerHelpers';

const error = more => ({ error: { code: 'odd', message: 'Come back.', ...more } });
const took = key => frames(key).map(([, , time]) => time);

beforeEach(() => {
  vi.spyOn(Math, 'random').mockReturnValue(0.5);
  vi.spyOn(console, 'error');
});

describe('a panel', () => {
  let end;

  beforeEach(async () => {
    end = serveExample('echo');
    await openPrimer(['echo']);
  });

  it('shows its path, and logs the connection', () => {
    expect(badge('echo')).toBe('Connected');
    expect(slotOf('echo').querySelector('[data-connected=true]')).toBeTruthy();
    expect(slotOf('echo').querySelector('.path').textContent).toBe('WebSocket /echo/');
    expect(log('echo')).toEqual([['·', 'connection open']]);
    expect(console.error).not.toHaveBeenCalled();
  });

  it('has a log that screen readers announce', () => {
    const view = slotOf('echo').querySelector('[role=log]');
    expect(view.getAttribute('aria-label')).toBe('Frames of The echo');
    expect(view.tabIndex).toBe(0);
  });

  it('shows frames sent and received, with the round-trip time of its own', async () => {
    await press('echo', 'Send');
    await pass(20);
    expect(end.frames).toEqual(['Hello']);
    await end.say('Hello');
    expect(frames('echo').map(([arrow, text]) => [arrow, text])).toEqual([['↑', 'Hello'], ['↓', 'Hello']]);
    expect(took('echo')[0]).toBeUndefined();
    expect(took('echo')[1]).toMatch(/^\d+\.\d\u00a0ms$/);
    await end.say('Hello');
    expect(took('echo')[2]).toBeUndefined();
  });

  it('shows frames as plain text', async () => {
    await end.say('<img src=x onerror=alert(1)>');
    expect(slotOf('echo').querySelector('img')).toBeNull();
    expect(frames('echo')).toEqual([['↓', '<img src=x onerror=alert(1)>']]);
  });

  it('cuts long frames, and keeps 50', async () => {
    await end.say('a'.repeat(1000));
    expect(frames('echo')[0][1]).toBe(`${'a'.repeat(400)}…`);
    for (let n = 0; n < 60; n += 1) await act(async () => end.server.emit('message', `n${n}`));
    expect(frames('echo')).toHaveLength(50);
    expect(frames('echo').at(-1)[1]).toBe('n59');
  });

  it('keeps the end of the log visible until the reader scrolls up', async () => {
    const view = slotOf('echo').querySelector('[role=log]');
    vi.spyOn(view, 'scrollHeight', 'get').mockReturnValue(1000);
    vi.spyOn(view, 'clientHeight', 'get').mockReturnValue(100);
    await end.say('a');
    expect(view.scrollTop).toBe(1000);
    view.scrollTop = 300;
    await act(async () => view.dispatchEvent(new Event('scroll')));
    await end.say('b');
    expect(view.scrollTop).toBe(300);
  });

  it('shows why something was refused until the next frame is sent', async () => {
    await press('echo', 'Send');
    await end.say(error());
    expect(hint('echo')).toBe('Refused: Come back.');
    expect(took('echo')[1]).toMatch(/ms$/);
    await press('echo', 'Send');
    expect(hint('echo')).toBe('');
    await end.say(error({ code: 'rate_limited', retry_after: 7 }));
    expect(hint('echo')).toBe('Too fast: the server accepts the next one in 7 s.');
  });

  it('ignores errors when it has sent nothing: anybody can write one', async () => {
    await end.say(error());
    expect(hint('echo')).toBe('');
    expect(frames('echo')).toHaveLength(1);
  });

  it('never mistakes its own text for an error', async () => {
    const text = JSON.stringify(error());
    type('echo', 'text', text);
    await press('echo', 'Send');
    await end.say(text);
    expect(hint('echo')).toBe('');
    expect(took('echo')[1]).toMatch(/ms$/);
  });

  it('is closed and opened by its button', async () => {
    await press('echo', 'Close');
    await pass(30000);
    expect(end.alive()).toHaveLength(0);
    expect(end.made).toHaveLength(1);
    expect(badge('echo')).toBe('Closed');
    expect(isDisabled('echo', 'Send')).toBe(true);
    expect(log('echo').at(-1)).toEqual(['·', 'connection closed']);
    await press('echo', 'Open');
    await pass(SOON);
    expect(end.open()).toHaveLength(1);
    expect(badge('echo')).toBe('Connected');
    expect(log('echo').at(-1)).toEqual(['·', 'connection open']);
  });

  it('reconnects by itself, and stops waiting for lost answers', async () => {
    await press('echo', 'Send');
    await act(async () => end.stop());
    await pass(SOON);
    expect(badge('echo')).toBe('Reconnecting…');
    expect(isDisabled('echo', 'Send')).toBe(true);
    expect(log('echo').at(-1)).toEqual(['·', 'connection lost (1006)']);
    end.start();
    await pass(1000);
    expect(badge('echo')).toBe('Connected');
    await end.say('Hello');
    expect(frames('echo').at(-1)).toEqual(['↓', 'Hello']);
    expect(end.made.length).toBe(2);
  });

  it('says when the session has ended, and can be opened by hand', async () => {
    await act(async () => end.server.close({ code: 4401, reason: '', wasClean: true }));
    end.start();
    await pass(60000);
    expect(end.made).toHaveLength(1);
    expect(badge('echo')).toBe('You’ve been logged out · Log in');
    expect(isDisabled('echo', 'Send')).toBe(true);
    expect(log('echo').at(-1)).toEqual(['·', 'connection lost (4401)']);
    await press('echo', 'Close');
    await press('echo', 'Open');
    await pass(SOON);
    expect(badge('echo')).toBe('Connected');
  });

  describe('that the server closes for sending too much', () => {
    const tooMuch = async frame => {
      await press('echo', 'Send');
      if (frame) await end.say(frame);
      await act(async () => end.server.close({ code: 4429, reason: '', wasClean: true }));
      end.start();
      await pass(SOON);
    };
    const limited = retry_after => error({ code: 'rate_limited', retry_after });

    it('stays closed as long as the server says, and shows it', async () => {
      await tooMuch(limited(7));
      expect(badge('echo')).toBe('Closed, opens again in 7 s');
      expect(hint('echo')).toContain('Too fast');
      expect(isDisabled('echo', 'Send')).toBe(true);
      expect(log('echo').at(-1)).toEqual(['·', 'connection lost (4429)']);
      await show();
      await pass(6900);
      expect(end.made).toHaveLength(1);
      await pass(200);
      expect(badge('echo')).toBe('Connected');
      expect(hint('echo')).toBe('');
      await end.say('Hello');
      expect(frames('echo').at(-1)).toEqual(['↓', 'Hello']);
    });

    it.each([[null, 10], [limited('soon'), 10], [limited(3600), 60], [limited(0.2), 1]])('waits %j for %d s', async (frame, seconds) => {
      await tooMuch(frame);
      expect(badge('echo')).toContain(`in ${seconds} s`);
    });

    it('forgets an earlier refusal', async () => {
      await tooMuch(limited(2));
      await pass(2000);
      await tooMuch(null);
      expect(badge('echo')).toContain('in 10 s');
    });

    it('can be closed by its button, and doesn’t open early', async () => {
      await tooMuch(limited(7));
      await press('echo', 'Close');
      expect(badge('echo')).toBe('Closed');
      expect(log('echo').at(-1)).toEqual(['·', 'connection lost (4429)']);
      await press('echo', 'Open');
      expect(badge('echo')).toContain('opens again');
      await pass(5000);
      expect(end.made).toHaveLength(1);
      await press('echo', 'Close');
      await pass(5000);
      expect(end.made).toHaveLength(1);
      expect(badge('echo')).toBe('Closed');
    });
  });

  describe('that the server can’t serve for now', () => {
    const putOff = async () => {
      await act(async () => end.server.close({ code: 1013, reason: '', wasClean: true }));
      await pass(SOON);
    };

    it('says so, retries, and names the frame without an answer', async () => {
      await press('echo', 'Send');
      await putOff();
      expect(badge('echo')).toBe('Reconnecting…');
      expect(log('echo').at(-1)).toEqual(['·', 'the server can’t serve this right now: trying again (1013)']);
      expect(hint('echo')).toMatch(/^The connection was lost before an answer came/);
      end.start();
      await pass(1000);
      expect(badge('echo')).toBe('Connected');
      expect(hint('echo')).toMatch(/^The connection was lost before an answer came/);
      await press('echo', 'Send');
      expect(hint('echo')).toBe('');
      await putOff();
      await press('echo', 'Close');
      expect(hint('echo')).toBe('');
    });

    it('says nothing if everything was answered', async () => {
      await press('echo', 'Send');
      await end.say('Hello');
      await putOff();
      expect(hint('echo')).toBe('');
    });

    it('says so if the server answers that', async () => {
      await press('echo', 'Send');
      await end.say(error({ code: 'unavailable', retry_after: 5 }));
      expect(hint('echo')).toBe('The server can’t do this right now: try again in a moment.');
    });
  });

  describe('with a dead connection', () => {
    const QUESTION = '';

    it('is detected by an unanswered question, and replaced', async () => {
      await pass(45000);
      expect(end.frames).toEqual([QUESTION]);
      expect(end.made).toHaveLength(1);
      await pass(10000);
      expect(end.made).toHaveLength(2);
      expect(badge('echo')).toBe('Connected');
    });

    it('is detected when the visitor’s frame stays unanswered', async () => {
      await press('echo', 'Send');
      await pass(20000 + SOON);
      expect(end.made).toHaveLength(2);
      expect(hint('echo')).toBe('');
    });

    it('is not suspected while frames arrive', async () => {
      for (let times = 0; times < 6; times += 1) {
        await end.say('a friend');
        await pass(15000);
      }
      expect(end.made).toHaveLength(1);
      expect(end.frames).toEqual([]);
    });

    it.each([QUESTION, error({ code: 'empty' }), error({ code: 'bad_json' })])('is not suspected if it answers, which isn’t shown: %j', async answer => {
      await pass(32000);
      await end.say(answer);
      await pass(25000);
      expect(end.made).toHaveLength(1);
      expect(frames('echo')).toEqual([]);
      await end.say(answer);
      expect(frames('echo')).toHaveLength(1);
    });
  });

  it('forgets a refusal on an earlier connection', async () => {
    await press('echo', 'Send');
    await end.say(error());
    await act(async () => end.stop());
    end.start();
    await pass(1000);
    expect(badge('echo')).toBe('Connected');
    expect(hint('echo')).toBe('');
  });

  it('says that nothing was sent if the socket is already closing', async () => {
    vi.spyOn(end.made[0], 'readyState', 'get').mockReturnValue(WebSocket.CLOSING);
    await press('echo', 'Send');
    expect(hint('echo')).toBe('Not connected: nothing was sent.');
    expect(frames('echo')).toEqual([]);
  });
});

it('speaks Spanish', async () => {
  document.documentElement.lang = 'es';
  const end = serveExample('echo');
  await openPrimer(['echo']);
  expect(badge('echo')).toBe('Conectado');
  await press('echo', 'Enviar');
  await pass(SOON);
  expect(end.frames).toEqual(['Hola']);
  await press('echo', 'Cerrar');
  expect(badge('echo')).toBe('Cerrado');
});

it('connects each panel when it becomes visible, and no other', async () => {
  const show = observe();
  const ends = { echo: serveExample('echo'), class: serveExample('class') };
  const connections = [];
  Object.values(ends).forEach(end => { end.onConnection = ({ url }) => connections.push(url); });
  await openPrimer(['echo', 'class']);
  expect(connections).toEqual([]);
  expect(badge('echo')).toBe('Connecting…');
  expect(await show(slotOf('class'))).toBe(1);
  expect(connections).toEqual([`ws://localhost${PATHS.class}`]);
  expect(await show(slotOf('echo'))).toBe(0);
  expect(connections).toHaveLength(2);
});

it('skips examples without a slot, and unknown ones', async () => {
  const end = serveExample('echo');
  await openPrimer(['echo', 'toString']);
  expect(slotOf('toString').textContent).toBe('');
  expect(end.open()).toHaveLength(1);
});

describe('the example', () => {
  async function open(key) {
    const end = serveExample(key);
    await openPrimer([key]);
    return end;
  }

  const sent = (end, at = -1) => JSON.parse(end.frames.at(at));

  it('class sends text and bytes, and shows bytes as digits', async () => {
    const end = await open('class');
    type('class', 'text', 'é!');
    await press('class', 'Send');
    await press('class', 'Send bytes');
    await pass(SOON);
    expect(end.frames[0]).toBe('é!');
    expect([...new Uint8Array(end.frames[1])]).toEqual([0xc3, 0xa9, 0x21]);
    expect(end.made[0].binaryType).toBe('arraybuffer');
    await act(async () => end.made[0].onmessage({ data: new Uint8Array([0xc3, 0xa9, 0x21]).buffer }));
    expect(frames('class').at(-1).slice(0, 2)).toEqual(['↓', '0x c3 a9 21 (3)']);
    expect(took('class').at(-1)).toMatch(/ms$/);
  });

  it('streams sends on two streams', async () => {
    const end = await open('streams');
    await end.say({ stream: 'echo', payload: { status: 'I just connected!' } });
    const [echo, other] = slotOf('streams').querySelectorAll('form button');
    type('streams', 'json', '{"a": [1]}');
    await act(async () => echo.click());
    await act(async () => other.click());
    await pass(SOON);
    expect(sent(end, 0)).toEqual({ stream: 'echo', payload: { a: [1] } });
    expect(sent(end, 1)).toEqual({ stream: 'other', payload: { text: 'Hello' } });
    await end.say({ stream: 'other', payload: { reversed: 'olleH' } });
    await end.say({ stream: 'echo', payload: { original_message: { a: [1] } } });
    expect(took('streams').map(Boolean)).toEqual([false, false, false, true, true]);
  });

  it.each(['', 'x', '[]', '"text"'])('streams doesn’t send %j', async text => {
    const end = await open('streams');
    type('streams', 'json', text);
    expect(slotOf('streams').querySelector('[name=json]').validationMessage).toContain('JSON object');
    slotOf('streams').querySelector('form').noValidate = true;
    await act(async () => slotOf('streams').querySelector('form button').click());
    await pass(SOON);
    expect(end.frames).toEqual([]);
  });

  it('visitor asks who they are', async () => {
    const end = await open('visitor');
    await end.say({ user: null, session: false });
    await press('visitor', 'Who am I?');
    await pass(SOON);
    expect(sent(end)).toEqual({ action: 'who' });
    await end.say({ user: 'alice', session: true });
    expect(took('visitor').map(Boolean)).toEqual([false, false, true]);
  });

  it('ordered sends one, and five at a time', async () => {
    const end = await open('ordered');
    await press('ordered', 'Send five');
    await pass(SOON);
    expect(end.frames).toEqual([1, 2, 3, 4, 5].map(n => `Hello ${n}`));
    await end.say({ order: 2, text: 'Hello 2' });
    expect(took('ordered').at(-1)).toMatch(/ms$/);
  });

  it('ordered sends nothing by itself: it would be counted', async () => {
    const end = await open('ordered');
    await pass(65000);
    expect(end.frames).toEqual([]);
    expect(end.made).toHaveLength(1);
  });

  it('background counts, and shows both times', async () => {
    const end = await open('background');
    await press('background', 'Count');
    await pass(SOON);
    expect(sent(end)).toEqual({ primes_below: 100000 });
    await end.say({ accepted: { primes_below: 100000 } });
    await end.say({ primes_below: 100000, count: 9592 });
    expect(took('background').map(Boolean)).toEqual([false, true, true]);
    await press('background', 'Count');
    await end.say(error());
    expect(hint('background')).toBe('Refused: Come back.');
  });

  it('later shows the delay', async () => {
    const end = await open('later');
    type('later', 'seconds', '30');
    await press('later', 'Send later');
    await pass(SOON);
    expect(sent(end)).toEqual({ text: 'Hello', seconds: 30 });
    await end.say({ accepted: { text: 'Hello', seconds: 30 } });
    await pass(30000);
    await end.say({ text: 'Hello', seconds: 30 });
    expect(took('later').at(-1)).toMatch(/^30\.\d\u00a0s$/);
  });

  it('news posts a message', async () => {
    const end = await open('news');
    type('news', 'text', 'ahoy');
    await press('news', 'Say');
    await pass(SOON);
    expect(sent(end)).toEqual({ news: 'ahoy' });
    await end.say({ number: 3, news: 'not mine' });
    await end.say({ number: 4, news: 'ahoy' });
    expect(took('news').map(Boolean)).toEqual([false, false, true]);
  });
});
