import { describe, expect, it, vi } from 'vitest';

import { ANSWERS } from '../src/utils/primer/answers';
import { EMPTY_LOG, logged } from '../src/utils/primer/log';
import { refusalText } from '../src/utils/primer/refusals';
import { answerText, clock, cut, textOf, tookText } from '../src/utils/primer/show';
import { TEXTS } from '../src/utils/primer/texts';
import Trips, { errorIn } from '../src/utils/primer/trips';
import { Refusal } from '../src/utils/requests';

const after = milliseconds => vi.advanceTimersByTime(milliseconds);

it('has the same texts in every language', () => {
  for (const texts of Object.values(TEXTS)) expect(Object.keys(texts)).toEqual(Object.keys(TEXTS.en));
});

describe('the round-trip time', () => {
  it('is measured from the request, once', () => {
    const trips = new Trips(1000);
    trips.sent(['a']);
    after(5);
    expect(trips.heard('a')).toBe(5);
    expect(trips.heard('a')).toBeNull();
  });

  it('belongs to the right request, whatever the order', () => {
    const trips = new Trips(1000);
    trips.sent(['a']);
    after(1);
    trips.sent(['b']);
    after(1);
    expect(trips.heard('b')).toBe(1);
    expect(trips.heard('a')).toBe(2);
  });

  it('of two identical requests goes to the first one first', () => {
    const trips = new Trips(1000);
    trips.sent(['a']);
    after(3);
    trips.sent(['a']);
    expect([trips.heard('a'), trips.heard('a'), trips.heard('a')]).toEqual([3, 0, null]);
  });

  it('is unknown without a request, or if it expired', () => {
    const trips = new Trips(1000);
    expect(trips.heard('a')).toBeNull();
    expect(trips.heard(null)).toBeNull();
    trips.sent(['a', null]);
    expect(trips.heard(null)).toBeNull();
    after(1001);
    expect(trips.heard('a')).toBeNull();
    trips.sent(['a']);
    trips.clear();
    expect(trips.heard('a')).toBeNull();
  });

  it('is measured for both answers to a request', () => {
    const trips = new Trips(1000);
    trips.sent(['accepted', 'done']);
    after(1);
    expect(trips.heard('accepted')).toBe(1);
    expect(trips.isWaiting()).toBe(false);
    after(1);
    expect(trips.heard('done')).toBe(2);
  });

  it('of an error is known if one request is open', () => {
    const trips = new Trips(1000);
    expect(trips.refused()).toBeNull();
    trips.sent(['a']);
    after(2);
    expect(trips.isWaiting()).toBe(true);
    expect(trips.refused()).toBe(2);
    expect(trips.heard('a')).toBeNull();
  });

  it('of an error is unknown if several are open, and so are theirs from then on', () => {
    const trips = new Trips(1000);
    trips.sent(['accepted', 'done']);
    trips.heard('accepted');
    trips.sent(['a']);
    trips.sent(['b']);
    expect(trips.refused()).toBeNull();
    expect(trips.heard('a')).toBeNull();
    expect(trips.heard('done')).toBe(0);
  });

  it('is tracked for 50 requests', () => {
    const trips = new Trips(1000);
    for (let n = 0; n < 51; n += 1) trips.sent([n]);
    expect(trips.heard(0)).toBeNull();
    expect(trips.heard(1)).toBe(0);
  });
});

describe('an answer is matched by', () => {
  const bytes = (...numbers) => new Uint8Array(numbers).buffer;
  const accepted = frame => JSON.stringify({ accepted: frame });
  const text = frame => JSON.stringify(frame);
  const stream = (name, payload) => text({ stream: name, payload });

  it.each([
    ['echo', 'hi', 'hi', 'ho'],
    ['echo', '{"a":1}', '{"a":1}', '{"a":2}'],
    ['class', bytes(1, 2), bytes(1, 2), bytes(1, 3)],
    ['streams', stream('echo', { a: [1] }), stream('echo', { original_message: { a: [1] } }), stream('echo', { status: 'x' })],
    ['streams', stream('other', { text: 'ab😀' }), stream('other', { reversed: '😀ba' }), stream('other', { reversed: 'ab' })],
    ['binding', stream('intval', { action: 'update', request_id: '1' }), stream('intval', { action: 'updated', request_id: '1' }), stream('intval', { action: 'update', pk: 1 })],
    ['binding', stream('intval', { action: 'sync' }), stream('intval', { action: 'sync', seq: 1 }), stream('intval', { action: 'reload', seq: 1 })],
    ['streams', stream('other', { text: ' ab\n' }), stream('other', { reversed: 'ba' }), stream('other', { reversed: 'ab' })],
    ['later', text({ text: ' a ', seconds: 2 }), accepted({ text: 'a', seconds: 2 }), accepted({ text: 'a', seconds: 3 })],
    ['later', text({ text: ' a ', seconds: 2 }), text({ text: 'a', seconds: 2 }), text({ text: 'b', seconds: 2 })],
    ['news', text({ news: ' a b ' }), text({ number: 7, news: 'a b' }), text({ number: 7, news: 'ab' })],
    ['news', text({ news: '\ufeffa' }), text({ number: 7, news: '\ufeffa' }), text({ number: 7, news: 'b' })],
    ['echo', ' hi ', ' hi ', 'hi'],
    ['ordered', ' hi ', text({ order: 3, text: ' hi ' }), text({ order: 3, text: 'hi' })],
    ['visitor', text({ action: 'who' }), text({ user: null, session: false }), text({ error: {} })],
    ['ordered', 'hi', text({ order: 3, text: 'hi' }), text({ order: 3, text: 'ho' })],
    ['background', text({ primes_below: 9 }), accepted({ primes_below: 9 }), accepted({ primes_below: 8 })],
    ['background', text({ primes_below: 9 }), text({ primes_below: 9, count: 4 }), text({ primes_below: 8, count: 4 })],
    ['later', text({ text: 'a', seconds: 2 }), accepted({ text: 'a', seconds: 2 }), accepted({ text: 'a', seconds: 3 })],
    ['later', text({ text: 'a', seconds: 2 }), text({ seconds: 2, text: 'a' }), text({ text: 'b', seconds: 2 })],
    ['news', text({ news: 'a' }), text({ number: 7, news: 'a' }), text({ number: 7, news: 'b' })],
  ])('%s: %s → %s, not %s', (key, sent, answer, other) => {
    const keys = ANSWERS[key].sent(sent);
    expect(keys).toContain(ANSWERS[key].heard(answer));
    expect(keys).not.toContain(ANSWERS[key].heard(other));
  });

  it.each(Object.keys(ANSWERS))('nothing if %s receives an invalid frame', key => {
    const trips = new Trips(1000);
    for (const data of ['', 'null', '[]', '{"payload": null}', '{"stream": "toString", "payload": {}}', '{"accepted": 1}', bytes(255)]) {
      expect(trips.heard(ANSWERS[key].heard(data))).toBeNull();
    }
  });

  it('a timeout: a delayed message gets a longer one', () => {
    expect(ANSWERS.later.patience).toBeGreaterThan(60000);
    expect(ANSWERS.echo.patience).toBeLessThan(60000);
  });
});

describe('an error', () => {
  it.each(['x', '{}', '{"error": 1}', new ArrayBuffer(2)])('is not in %s', data => expect(errorIn(data)).toBeNull());

  it('has a text', () => {
    expect(errorIn('{"error": {"code": "busy"}}')).toEqual({ code: 'busy' });
    expect(refusalText({ code: 'odd', message: 'Come back.' })).toBe('Refused: Come back.');
    expect(refusalText({ code: 'toString' })).toBe('Refused: toString');
    expect(refusalText({ code: 'rate_limited', message: 'x', retry_after: 2.1 })).toContain('in 3 s');
    expect(refusalText({ code: 'rate_limited', message: 'Slow.' })).toBe('Too fast: wait a moment.');
    expect(refusalText(new Refusal('offline'))).toContain('Not connected');
    expect(refusalText(new Refusal('unknown'))).toContain('There was no answer');
    expect(refusalText(new Refusal('invalid', { errors: { __all__: ['Taken.'] } }))).toBe('Refused: Taken.');
    expect(refusalText({ code: 'invalid', message: 'Not valid.' })).toBe('Refused: Not valid.');
  });

  describe('in Spanish', () => {
    const MESSAGE = 'The words of the server.';

    it.each([
      ['rate_limited', 'rápido'], ['forbidden', 'permiso'], ['gone', 'eliminado'], ['conflict', 'otro cambio'],
      ['full', 'tantos valores'], ['busy', 'espera'], ['empty', 'texto'], ['too_long', 'largo'], ['too_large', 'largo'],
      ['bad_json', 'JSON'], ['bad_number', 'entero'],
    ])('is not shown in English: %s', (code, said) => {
      document.documentElement.lang = 'es';
      expect(refusalText({ code, message: MESSAGE })).toContain(said);
      expect(refusalText({ code, message: MESSAGE })).not.toContain(MESSAGE);
    });

    it.each([['invalid', { name: ['Taken.'] }, /nombre[^.]*\.$/], ['bad_data', { name: ['x'], value: ['y'] }, /nombre.*entero\.$/]])(
      'names the invalid fields: %s', (code, errors, said) => {
        document.documentElement.lang = 'es';
        expect(refusalText(new Refusal(code, { message: MESSAGE, errors }))).toMatch(said);
        expect(refusalText(new Refusal(code, { message: MESSAGE, errors }))).not.toContain(MESSAGE);
      });

    it('shows the server’s message if its code is unknown', () => {
      document.documentElement.lang = 'es';
      expect(refusalText({ code: 'odd', message: MESSAGE })).toBe(`Rechazado: ${MESSAGE}`);
      expect(refusalText({ code: 'invalid', message: MESSAGE, errors: { other: ['x'] } })).toContain(MESSAGE);
    });
  });
});

describe('the display', () => {
  it.each([[1.44, '1.4 ms', '1,4 ms'], [0, '0.0 ms', '0,0 ms'], [1234.5, '1,234.5 ms', '1234,5 ms'], [25012, '25.0 s', '25,0 s']])(
    'of %d milliseconds: %s', (took, en, es) => {
      document.documentElement.lang = 'en';
      expect(tookText(took).replace('\u00a0', ' ')).toBe(en);
      document.documentElement.lang = 'es';
      expect(tookText(took).replace('\u00a0', ' ')).toBe(es);
    });

  it.each(['en', 'es'])('of the time of day is short: %s', lang => {
    document.documentElement.lang = lang;
    expect(clock(new Date(2026, 0, 1, 9, 5, 7))).toMatch(/^0?9:05:07$/);
    expect(clock(new Date(2026, 0, 1, 21, 5, 7))).toBe('21:05:07');
  });

  it('of a long frame is cut', () => {
    expect(cut('a'.repeat(400))).toBe('a'.repeat(400));
    expect(cut('a'.repeat(401))).toBe(`${'a'.repeat(400)}…`);
  });

  it('of bytes is hexadecimal', () => {
    expect(textOf(new Uint8Array([0, 255]).buffer)).toBe('0x 00 ff (2)');
    expect(textOf(new ArrayBuffer(65))).toBe(`0x ${Array(64).fill('00').join(' ')} … (65)`);
  });

  it('of an HTTP response is its status and body', () => {
    expect(answerText({ status: 200, text: '{}' })).toBe('200 {}');
    expect(answerText({ status: 204, text: '' })).toBe('204: nothing new');
    expect(answerText({ status: 503, text: 'x' })).toBe('503 x');
    expect(answerText({ status: 0, text: '' })).toBe('no answer');
  });

  it('is limited to the last 50 entries', () => {
    let log = EMPTY_LOG;
    for (let n = 1; n <= 51; n += 1) log = logged(log, { kind: 'sent', data: String(n) });
    expect(log.entries).toHaveLength(50);
    expect([log.entries[0].text, log.entries.at(-1).text]).toEqual(['2', '51']);
    expect(new Set(log.entries.map(({ id }) => id)).size).toBe(50);
  });
});
