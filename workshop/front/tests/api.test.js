import { expect, it, vi } from 'vitest';

import { getFirst, getUrl, MAX_PAGES } from '../src/utils/api';
import { answer } from './helpers';

/** fetch that answers these, one after the other, the last one for ever. */
function answers(...pages) {
  const fetch = vi.fn(async () => answer(pages.length > 1 ? pages.shift() : pages[0]));
  vi.stubGlobal('fetch', fetch);
  return fetch;
}

const asked = fetch => fetch.mock.calls.map(([url]) => url);

it('follows next to the end, on this site whatever the API takes for its own address', async () => {
  const fetch = answers(
    { count: 3, next: 'http://inside:8000/links/api/links/?page=2&page_size=500', results: [1, 2] },
    { count: 3, next: null, results: [3] },
  );
  expect(await getUrl('/links/api/links/')).toEqual([1, 2, 3]);
  expect(asked(fetch)).toEqual(['/links/api/links/?page_size=500', '/links/api/links/?page=2&page_size=500']);
});

it('keeps the query that an address has', async () => {
  const fetch = answers({ count: 1, next: null, results: [1] });
  await getUrl('/links/api/linktags/?link=3');
  expect(asked(fetch)).toEqual(['/links/api/linktags/?link=3&page_size=500']);
});

it('reads one page where that is enough', async () => {
  const fetch = answers({ count: 900, next: '/x/?page=2', results: [1, 2] });
  expect(await getFirst('/x/')).toEqual([1, 2]);
  expect(fetch).toHaveBeenCalledTimes(1);
});

it('reads again when a row went while the pages were read', async () => {
  const fetch = answers(
    { count: 3, next: '/x/?page=2', results: [1, 2] }, { count: 2, next: null, results: [] },
    { count: 2, next: null, results: [2, 3] },
  );
  expect(await getUrl('/x/')).toEqual([2, 3]);
  expect(fetch).toHaveBeenCalledTimes(3);
});

it('gives up reading again', async () => {
  let count = 0;
  const fetch = vi.fn(async url => {
    count += 1;
    return answer({ count, next: url.includes('page=2') ? null : '/x/?page=2', results: [count] });
  });
  vi.stubGlobal('fetch', fetch);
  expect(await getUrl('/x/')).toEqual([5, 6]);
});

it('is bounded', async () => {
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

it('passes the signal on', async () => {
  const fetch = answers({ count: 0, next: null, results: [] });
  const { signal } = new AbortController();
  await getUrl('/x/', { signal });
  expect(fetch.mock.calls[0][1].signal).toBe(signal);
});
