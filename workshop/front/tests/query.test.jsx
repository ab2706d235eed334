import { act, fireEvent, render } from '@testing-library/react';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';

import LinksDetail from '../src/containers/LinksDetail';
import { addressOf, ALL, matches, pageOf, queryOf, select } from '../src/utils/query';
import { pass, serveApi, serveUpdates, SOON } from './helpers';

const link = (id, fields = {}) =>
  ({ id, name: `Link ${id}`, url: `https://${id}.example/`, description: '', pending: false, tags: [], user: 1, ...fields });
const items = links => links.map(each => ({ key: each.id, link: each }));
const ids = selected => selected.map(({ link: { id } }) => id);

describe('the URL’s query', () => {
  it.each(['', '?search=a+b&tag=5&pending=false&user=3&order=name&page=2'])('describes what is shown: %s', address => {
    expect(addressOf(queryOf(address))).toBe(address);
  });

  it.each(['?tag=x&user=-1&page=0&pending=maybe&order=constructor', '?tag=1e3&page=2.5'])('may be invalid: %s', address => {
    expect(queryOf(address)).toEqual(ALL);
  });
});

describe('a link', () => {
  it.each([
    [{ search: ' TWO  example ' }, true], [{ search: 'two, three' }, false], [{ search: 'caf\u00e9' }, true],
    [{ tag: 5 }, true], [{ tag: 6 }, false], [{ pending: true }, true], [{ pending: false }, false],
    [{ user: 2 }, true], [{ user: 1 }, false], [{ user: 2, tag: 6 }, false],
  ])('matches every filter: %j %s', (query, belongs) => {
    const two = link(2, { name: 'Two', description: 'Cafe\u0301', pending: true, tags: [5], user: 2 });
    expect(matches({ ...ALL, ...query }, two)).toBe(belongs);
  });

  it.each([
    ['oldest', [1, 2, 3, -1]], ['newest', [-1, 3, 2, 1]], ['name', [2, 3, 1, -1]], ['user', [2, 1, 3, -1]], ['pending', [3, 1, 2, -1]],
  ])('is sorted: %s', (order, expected) => {
    const all = [link(3, { name: 'b', pending: true }), link(1, { name: 'c' }), link(2, { name: 'a', user: 2 }), link(-1, { name: 'z' })];
    expect(ids(select(items(all), { ...ALL, order }, pk => (pk === 2 ? 'anna' : 'bert')))).toEqual(expected);
  });

  it('stays visible while it is being edited, whatever its page', () => {
    const all = items(Array.from({ length: 120 }, (_, n) => link(n + 1)));
    all[0].edit = { phase: 'open' };
    const second = pageOf(all, { ...ALL, page: 2 });
    expect(ids(second.items)).toEqual([1, ...Array.from({ length: 50 }, (_, n) => n + 51)]);
    expect(second).toMatchObject({ page: 2, pages: 3, first: 51, last: 100 });
    expect(pageOf(all, { ...ALL, page: 9 }).page).toBe(3);
    expect(ids(select([{ ...all[0] }], { ...ALL, search: 'none' }, String))).toEqual([1]);
  });
});

describe('the page', () => {
  const $ = selector => document.querySelector(selector);
  const pks = () => [...document.querySelectorAll('tr[data-pk]')].map(row => Number(row.dataset.pk));
  let end;

  async function open(links, address = '') {
    window.history.replaceState(null, '', `/links/${address}`);
    onTestFinished(() => window.history.replaceState(null, '', '/'));
    serveApi({ '/links/api/links/': links, '/links/api/tags/': [{ id: 5, name: 'five' }] });
    render(<LinksDetail links={links} tags={[{ id: 5, name: 'five' }]} users={[{ id: 1, username: 'alice' }]} can={{ add: true }} />);
    await pass(SOON);
  }

  const choose = (name, value) => act(async () => { fireEvent.change($(`[name="${name}"]`), { target: { value } }); });

  beforeEach(() => { end = serveUpdates(); });

  it('shows fifty links at a time', async () => {
    await open(Array.from({ length: 60 }, (_, n) => link(n + 1)));
    expect(pks()).toHaveLength(50);
    expect($('.pager').textContent).toContain('1–50 of 60');
    await act(async () => $('.next-page').click());
    expect(pks()).toEqual([51, 52, 53, 54, 55, 56, 57, 58, 59, 60]);
    expect(window.location.search).toBe('?page=2');
    expect($('.next-page').disabled).toBe(true);
    await choose('search', '7.example');
    expect(pks()).toEqual([7, 17, 27, 37, 47, 57]);
  });

  it.each([['', 'added'], ['?pending=true', 'site-toast']])('announces an added link, and goes to its page: %s', async (address, where) => {
    await open(Array.from({ length: 50 }, (_, n) => link(n + 1)), address);
    await act(async () => $('.add-link').click());
    await act(async () => { fireEvent.change($('.new-links [name="name"]'), { target: { value: 'New' } }); });
    await act(async () => { fireEvent.submit($('.new-links form')); });
    await pass(SOON);
    await end.reply({ action: 'created', pk: 51, data: link(51, { name: 'New' }) });
    expect($(`.${where}`).textContent).toContain('“New” was added');
    expect($('tr[data-pk="51"]')).toBeTruthy();
    await end.tell('links', 'create', 51, link(51, { name: 'New' }));
    expect($('tr[data-pk="51"]') !== null).toBe(address === '');
  });

  it('shows what its URL asks for and follows the frames: what no longer matches leaves', async () => {
    await open([link(1, { tags: [5] }), link(2), link(3, { tags: [5], pending: true })], '?tag=5&order=newest');
    expect(pks()).toEqual([3, 1]);
    await end.tell('links', 'update', 1, link(1));
    expect(pks()).toEqual([3]);
    await end.tell('links', 'update', 2, link(2, { tags: [5] }));
    await end.tell('links', 'create', 4, link(4, { tags: [5] }));
    await end.tell('links', 'create', 5, link(5));
    expect(pks()).toEqual([4, 3, 2]);
    await choose('filter-pending', 'true');
    expect(pks()).toEqual([3]);
    await end.tell('links', 'update', 3, link(3, { tags: [5] }));
    expect($('.empty').textContent).toBe('No link matches your filters.');
    await act(async () => $('.clear-filters').click());
    expect(pks()).toEqual([5, 4, 3, 2, 1]);
    expect(window.location.search).toBe('?order=newest');
  });
});
