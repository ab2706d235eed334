/* global jsdom */
import { afterEach, expect, it, vi } from 'vitest';

const load = url => {
  jsdom.reconfigure({ url });
  vi.resetModules();
  return import('../src/utils/urls');
};

afterEach(() => jsdom.reconfigure({ url: 'http://localhost/' }));

it('uses ws: under http', async () => {
  const urls = await load('http://site.example:8000/links/');
  expect(urls.UPDATES_WS_URL).toBe('ws://site.example:8000/updates/');
  expect(urls.USERS_WS_URL).toBe('ws://site.example:8000/users/');
});

it('uses wss: under https', async () => {
  const urls = await load('https://site.example/links/');
  expect(urls.UPDATES_WS_URL).toBe('wss://site.example/updates/');
  expect(urls.USERS_WS_URL).toBe('wss://site.example/users/');
});

it('distinguishes web pages from what only looks like one', async () => {
  const { webUrl } = await load('http://site.example/');
  expect(webUrl('https://a.example/?q=1')).toBe('https://a.example/?q=1');
  expect(webUrl('HTTP://a.example')).toBe('HTTP://a.example');
  for (const text of ['javascript:alert(1)', ' javascript:alert(1)', 'java\nscript:alert(1)', 'JavaScript:alert(1)',
    'data:text/html,x', 'vbscript:x', 'ftp://a.example', 'mailto:a@b.example', '/admin/', '//a.example', '', 'x']) {
    expect(webUrl(text), text).toBeNull();
  }
});
