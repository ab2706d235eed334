/**
 * The links page's query: { search, tag, pending, user, order, page }. `tag` and `user` are pks or null,
 * `pending` is true, false or null. It is kept in the page's URL, so reloads and bookmarks preserve it.
 */
export const PAGE_SIZE = 50;
export const ORDERS = ['oldest', 'newest', 'name', 'user', 'pending'];

export const ALL = { search: '', tag: null, pending: null, user: null, order: ORDERS[0], page: 1 };

const asPk = text => (/^\d{1,15}$/.test(text ?? '') ? Number(text) : null);
const BOOLEANS = new Map([['true', true], ['false', false]]);

/** The query in a URL's query string; invalid parts are ignored. */
export function queryOf(address) {
  const params = new URLSearchParams(address);
  const order = params.get('order');
  return {
    search: params.get('search') ?? ALL.search,
    tag: asPk(params.get('tag')),
    pending: BOOLEANS.get(params.get('pending')) ?? null,
    user: asPk(params.get('user')),
    order: ORDERS.includes(order) ? order : ALL.order,
    page: asPk(params.get('page')) || ALL.page,
  };
}

/** The query string; "" for the default query. */
export function addressOf(query) {
  const asked = Object.keys(ALL).filter(key => query[key] !== ALL[key]);
  const params = new URLSearchParams(asked.map(key => [key, query[key]]));
  return asked.length > 0 ? `?${params}` : '';
}

export const isFiltered = ({ search, tag, pending, user }) =>
  search.trim() !== '' || [tag, pending, user].some(value => value !== null);

const normal = text => text.normalize('NFC').toLowerCase();

/** Searches as the API does: each word must occur in the name, the URL or the description. */
export function matches({ search, tag, pending, user }, link) {
  if (tag !== null && !link.tags.includes(tag)) return false;
  if (pending !== null && link.pending !== pending) return false;
  if (user !== null && link.user !== user) return false;
  const texts = [link.name, link.url, link.description].map(normal);
  return normal(search).split(/[\s,]+/).every(word => texts.some(text => text.includes(word)));
}

const age = ({ id }) => (id < 0 ? Infinity : id);
const oldest = (a, b) => (age(a) === age(b) ? 0 : age(a) - age(b));

const COMPARE = {
  oldest: () => oldest,
  newest: () => (a, b) => oldest(b, a),
  name: () => (a, b) => a.name.localeCompare(b.name) || oldest(a, b),
  user: nameOf => (a, b) => nameOf(a.user).localeCompare(nameOf(b.user)) || oldest(a, b),
  pending: () => (a, b) => Number(b.pending) - Number(a.pending) || oldest(a, b),
};

/** The items ({ link, edit }) that match or are being edited, in order; `nameOf(pk)` is a user's name. */
export function select(items, query, nameOf) {
  const compare = COMPARE[query.order](nameOf);
  return items.filter(({ link, edit }) => edit || matches(query, link)).sort((a, b) => compare(a.link, b.link));
}

/** { items, page, pages, first, last }: one page of items, preceded by those being edited on other pages. */
export function pageOf(items, { page: asked }) {
  const pages = Math.max(1, Math.ceil(items.length / PAGE_SIZE));
  const page = Math.min(asked, pages);
  const start = (page - 1) * PAGE_SIZE;
  const shown = items.slice(start, start + PAGE_SIZE);
  const elsewhere = items.filter(item => item.edit && !shown.includes(item));
  return { items: [...elsewhere, ...shown], page, pages, first: start + 1, last: start + shown.length };
}

/** The page that shows the link with this pk, or null. */
export function pageWith(items, pk) {
  const at = items.findIndex(({ link }) => link.id === pk);
  return at < 0 ? null : Math.floor(at / PAGE_SIZE) + 1;
}
