import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';

import { newId } from '../src/utils/chat/ids';
import { commanded, isCommand, isRoomName, lengthOf, pieces, privateIn } from '../src/utils/chat/text';
import { failureText, t, TEXTS } from '../src/utils/chat/texts';
import { dayName, joinNames, timeOf } from '../src/utils/chat/times';
import { titleOf } from '../src/utils/chat/title';
import { LANGUAGES } from '../src/utils/i18n';

describe('a text', () => {
  const urls = text => pieces(text).filter(({ url }) => url).map(({ url }) => url);

  it.each([
    ['see https://example.org.', ['https://example.org']],
    ['(http://a.example/b_(c))', ['http://a.example/b_(c)']],
    ['(http://a.example/b).', ['http://a.example/b']],
    ['HTTPS://A.example/?q=1&r=2#x, and http://b.example!', ['HTTPS://A.example/?q=1&r=2#x', 'http://b.example']],
    ['javascript:alert(1) ftp://a.example data:text/html,x //a.example www.a.example', []],
    ['http:// https://', []],
    ['<a href="https://a.example">', ['https://a.example']],
    ['https://a.example/ñ/日本', ['https://a.example/ñ/日本']],
  ])('links web addresses: %s', (text, found) => {
    expect(urls(text)).toEqual(found);
  });

  it('loses nothing when links are made', () => {
    fc.assert(fc.property(
      fc.array(fc.oneof(fc.string(), fc.webUrl(), fc.constantFrom('http://', '(', ')', '. ', ' '))).map(parts => parts.join('')),
      text => {
        expect(pieces(text).map(piece => piece.text).join('')).toBe(text);
        pieces(text).filter(({ url }) => url).forEach(({ url }) => expect(url).toMatch(/^https?:/i));
      },
    ));
  });

  it('is measured as the server does', () => {
    expect(lengthOf('  añ😀 ')).toBe(3);
  });

  it.each([
    ['/pm bob hi there', { name: 'bob', message: 'hi there' }],
    ['  /pm  bob\thi\nyou ', { name: 'bob', message: 'hi\nyou' }],
    ['/PM bob hi', { name: 'bob', message: 'hi' }], ['\uff0f\uff30m\u3000bob hi', { name: 'bob', message: 'hi' }],
    ['\u200b/pm bob hi', { name: 'bob', message: 'hi' }],
    ['/pm bob', null], ['/pm', null], ['/pmbob hi', null], ['say /pm bob hi', null],
  ])('may be private: %j', (text, found) => {
    expect(privateIn(text)).toEqual(found);
  });

  it.each([
    ['/pm bob ', { to: 'bob', text: '' }], ['/PM bob hi there', { to: 'bob', text: 'hi there' }], ['\u200b/pm bob\nhi', { to: 'bob', text: 'hi' }],
    ['/pm bob', null], ['/pm ', null], ['say /pm bob hi', null], ['/me bob hi', null], ['', null],
  ])('becomes private while it is typed: %j', (text, found) => {
    expect(commanded(text)).toEqual(found);
  });

  it('doesn’t reveal a command before it is sent', () => {
    expect(['/pm bob', ' /p', '/', '\uff0fp', '\u200b/p'].every(isCommand)).toBe(true);
    expect(isCommand('and/or')).toBe(false);
  });
});

it.each([['default', true], ['A-b_9', true], ['x'.repeat(50), true], ['x'.repeat(51), false], ['', false], ['a b', false],
  ['ñ', false], ['a/b', false], ['..', false]])('is a valid room name, %j: %j', (name, may) => {
  expect(isRoomName(name)).toBe(may);
});

describe('an id', () => {
  it.each([[true], [false]])('is unique and valid in the protocol, with randomUUID: %j', has => {
    if (!has) vi.stubGlobal('crypto', { getRandomValues: crypto.getRandomValues.bind(crypto) });
    const ids = Array.from({ length: 100 }, newId);
    expect(new Set(ids).size).toBe(100);
    ids.forEach(id => expect(id).toMatch(/^[A-Za-z0-9-]{32,64}$/));
  });
});

describe('the texts', () => {
  afterEach(() => { document.documentElement.lang = ''; });

  it('exist in every language of the site', () => {
    expect(Object.keys(TEXTS)).toEqual(Object.keys(LANGUAGES));
    for (const texts of Object.values(TEXTS)) expect(Object.keys(texts)).toEqual(Object.keys(TEXTS.en));
  });

  it('use the same placeholders in every language', () => {
    const values = text => text.match(/\{\w+\}/g) ?? [];
    for (const [key, text] of Object.entries(TEXTS.en)) expect(values(TEXTS.es[key])).toEqual(values(text));
  });

  it('follow the page’s language', () => {
    document.documentElement.lang = 'es';
    expect(t('send')).toBe('Enviar');
    expect(joinNames(['alice', 'bob'])).toBe('alice y bob');
  });

  it('explain each failure, or use the server’s words for an unknown one', () => {
    expect(failureText({ code: 'offline', message: 'x' }, 'bob')).toBe('Not delivered: bob isn’t in the chat just now.');
    expect(failureText({ code: 'toString', message: 'a new one' })).toBe('Not sent: a new one');
    expect(failureText({ code: 'odd', message: '' })).toBe('Not sent: odd');
  });

  it('format a time', () => {
    document.documentElement.lang = 'es';
    expect(timeOf(new Date(2026, 0, 2, 9, 5).toISOString()).short).toBe('9:05');
    document.documentElement.lang = 'en';
    expect(timeOf(new Date(2026, 0, 2, 18, 50).toISOString()).short).toMatch(/^6:50\sPM$/);
    expect(timeOf('never')).toBeNull();
    expect(timeOf(undefined)).toBeNull();
  });

  it.each([
    ['en', [2026, 2, 1], 'Today'], ['en', [2026, 1, 28], 'Yesterday'], ['en', [2026, 1, 27], 'Friday, February 27'],
    ['en', [2025, 11, 31], 'Wednesday, December 31, 2025'], ['es', [2026, 1, 28], 'Ayer'], ['es', [2026, 1, 27], 'viernes, 27 de febrero'],
  ])('name a day: %s %j', (lang, day, name) => {
    document.documentElement.lang = lang;
    expect(dayName(new Date(...day, 23, 59).getTime(), new Date(2026, 2, 1, 0, 1))).toBe(name);
  });

  it('put the unread count in the title', () => {
    expect(titleOf('default', 0)).toBe('#default · Workshop');
    expect(titleOf('default', 3)).toBe('(3) #default · Workshop');
  });
});
