const PAGE_SIZE = 500;
export const MAX_PAGES = 200;
const MAX_TRIES = 3;

async function getPage(url, signal) {
  const response = await fetch(url, {
    cache: 'no-store',
    credentials: 'same-origin',
    headers: { Accept: 'application/json' },
    signal,
  });
  if (!response.ok) throw new Error(`${response.status} from ${url}`);
  const page = await response.json();
  if (!Array.isArray(page?.results)) throw new Error(`No page of rows at ${url}`);
  return page;
}

/** Drops the origin: behind a proxy, the API may get its own scheme or host wrong. */
function samePath(next) {
  const { pathname, search } = new URL(next, window.location.href);
  return pathname + search;
}

const firstPage = url => `${url}${url.includes('?') ? '&' : '?'}page_size=${PAGE_SIZE}`;

async function getPages(url, signal) {
  const first = await getPage(firstPage(url), signal);
  const rows = [...first.results];
  let page = first;
  for (let pages = 1; page.next; pages += 1) {
    if (pages === MAX_PAGES) throw new Error(`More than ${MAX_PAGES} pages at ${url}`);
    page = await getPage(samePath(page.next), signal);
    rows.push(...page.results);
  }
  return { rows, moved: page.count !== first.count };
}

/** All rows of an API list. A row deleted while its pages are read shifts the rest, so the list is read again. */
export async function getUrl(url, { signal } = {}) {
  for (let tries = 1; ; tries += 1) {
    const { rows, moved } = await getPages(url, signal);
    if (!moved || tries === MAX_TRIES) return rows;
  }
}

/** The first page of an API list. */
export async function getFirst(url) {
  return (await getPage(firstPage(url))).results;
}
