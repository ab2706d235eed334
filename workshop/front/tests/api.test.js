import { expect, it, vi } from 'vitest';

import { getFirst, getUrl, MAX_PAGES } from '../src/utils/api';
import { answer } from './helpers';

/** Makes fetch return these in turn, and the last one from then on. */
function answers(...pages) {
  const fetch = vi.fn(async () => answer(pages.length > 1 ? pages.shift() : pages[0]));
  vi.stubGlobal('fetch', fetch);
  return fetch;
}

const asked = fetch => fetch.mock.calls.map(([url]) => url);

it('follows `next` to the end, on this site whatever host the API gives', async () => {
  const fetch = answers(
    { count: 3, next: 'http://inside:8000/links/api/links/?page=2&page_size=500', results: [1, 2] },
    { count: 3, next: null, results: [3] },
  );
  expect(await getUrl('/links/api/links/')).toEqual([1, 2, 3]);
  expect(asked(fetch)).toEqual(['/links/api/links/?page_size=500', '/links/api/links/?page=2&page_size=500']);
});

it('keeps a URL’s query', async () => {
  const fetch = answers({ count: 1, next: null, results: [1] });
  await getUrl('/links/api/linktags/?link=3');
  expect(asked(fetch)).toEqual(['/links/api/linktags/?link=3&page_size=500']);
});

it('reads a single page if that is all', async () => {
  const fetch = answers({ count: 900, next: '/x/?page=2', results: [1, 2] });
  expect(await getFirst('/x/')).toEqual([1, 2]);
  expect(fetch).toHaveBeenCalledTimes(1);
});

it('starts over if a row was deleted while the pages were read', async () => {
  const fetch = answers(
    { count: 3, next: '/x/?page=2', results: [1, 2] }, { count: 2, next: null, results: [] },
    { count: 2, next: null, results: [2, 3] },
  );
  expect(await getUrl('/x/')).toEqual([2, 3]);
  expect(fetch).toHaveBeenCalledTimes(3);
});

it('stops starting over after a few times', async () => {
  let count = 0;
  const fetch = vi.fn(async url => {
    count += 1;
    return answer({ count, next: url.includes('page=2') ? null : '/x/?page=2', results: [count] });
  });
  vi.stubGlobal('fetch', fetch);
  expect(await getUrl('/x/')).toEqual([5, 6]);
});

it('limits the number of pages', async () => {
  const fetch = answers({ count: 9, next: '/x/?page=2', results: [] });
  await expect(getUrl('/x/')).rejects.toThrow('More than');
  expect(fetch).toHaveBeenCalledTimes(MAX_PAGES);
});

it.each([
  ['an error', () => answer({ results: [] }, 500)],
  ['no rows', () => answer({ detail: 'x' })],
  ['a bare list', () => answer([1])],
])('fails at %s', async (_, page) => {
  vi.stubGlobal('fetch', async () => page());
  await expect(getUrl('/x/')).rejects.toThrow('/x/');
});

it('passes the abort signal on', async () => {
  const fetch = answers({ count: 0, next: null, results: [] });
  const { signal } = new AbortController();
  await getUrl('/x/', { signal });
  expect(fetch.mock.calls[0][1].signal).toBe(signal);
});
