import { act, fireEvent, render } from '@testing-library/react';
import { beforeEach, describe, expect, it, vi } from 'vitest';

import LinksDetail from '../src/containers/LinksDetail';
import { forgetAtLogout } from '../src/utils/stored';
import { answer, later, pass, rowsOf, serveApi, serveUpdates, SOON } from './helpers';

const LINKS = '/links/api/links/';
const TAGS = '/links/api/tags/';
const LINKTAGS = '/links/api/linktags/';
const USERS = '/links/api/users/';
const ANSWER_LIMIT = 10000;
const SETTLED = 2000;

const ALL = { add: true, change: true, delete: true };
const ALICE = { id: 1, username: 'alice' };
const BOB = { id: 2, username: 'bob' };

const link = (id, more) => ({
  id, name: `Link ${id}`, url: `https://${id}.example/`, pending: false, description: '', tags: [], user: 1, ...more,
});

let end;
let api;
let fetch;

async function open(props) {
  const tags = [{ id: 5, name: 'five' }, { id: 6, name: 'six' }];
  api[TAGS] = tags;
  const data = { links: api[LINKS], tags, users: [ALICE], can: ALL, me: ALICE };
  const view = render(<LinksDetail {...data} {...props} />);
  await pass(SOON);
  return view;
}

const $ = selector => document.querySelector(selector);
const row = pk => $(`tr[data-pk="${pk}"]`);
const pks = () => [...document.querySelectorAll('tr[data-pk]')].map(tr => Number(tr.dataset.pk));
const name = pk => row(pk).querySelector('th bdi').textContent;
const tags = pk => [...row(pk).querySelectorAll('[data-tag]')].map(tag => tag.textContent);
const form = () => $('.link-form');
const field = control => form().querySelector(`[name="${control}"]`);
const tagBox = pk => form().querySelector(`[name="tags"][value="${pk}"]`);
const error = control => form().querySelector(`.field-${control} .field-error`)?.textContent;
const alert = () => $('.form-alert')?.textContent;
const active = () => document.activeElement;
const requests = () => end.asked().map(({ stream, payload: { request_id, ...rest } }) => ({ stream, ...rest, named: Boolean(request_id) }));
const loads = () => fetch.mock.calls.filter(([url]) => url.startsWith(LINKS)).length;

async function click(selector) {
  const element = $(selector);
  element.focus();
  fireEvent.click(element);
  await pass(SOON);
}

async function edit(pk) {
  await click(`tr[data-pk="${pk}"] .edit-link`);
}

async function type(values) {
  for (const [control, value] of Object.entries(values)) fireEvent.change(field(control), { target: { value } });
  await pass(SOON);
}

async function save() {
  fireEvent.submit(form());
  await pass(SOON);
}

const THEIRS = 0;
const MINE = 1;
const sides = control => [...form().querySelectorAll(`.field-${control} .sides button`)];

async function choose(control, side) {
  sides(control)[side].focus();
  fireEvent.click(sides(control)[side]);
  await pass(SOON);
}

async function press(element, key, more) {
  fireEvent.keyDown(element, { key, ...more });
  await pass(SOON);
}

async function remove(pk) {
  await click(`tr[data-pk="${pk}"] .delete-link`);
  await click(`tr[data-pk="${pk}"] .confirm-link`);
}

async function cut() {
  await act(async () => end.stop());
  await pass(SOON);
}

async function mend() {
  end.start();
  await pass(1500);
}

beforeEach(() => {
  vi.spyOn(Math, 'random').mockReturnValue(0.5);
  end = serveUpdates();
  api = { [LINKS]: [link(1), link(2)], [USERS]: [ALICE, BOB], [LINKTAGS]: [] };
  fetch = serveApi(api);
});

describe('what may be done', () => {
  it('is nothing unless the page says so', async () => {
    await open({ can: undefined, me: undefined });
    expect(document.querySelectorAll('.edit-link, .delete-link, .add-link, td.actions')).toHaveLength(0);
    expect($('.offline-reason')).toBeNull();
  });

  it.each(['add', 'change', 'delete'])('may be only to %s', async what => {
    await open({ can: { [what]: true } });
    expect($('.add-link') !== null).toBe(what === 'add');
    expect($('.edit-link') !== null).toBe(what === 'change');
    expect($('.delete-link') !== null).toBe(what === 'delete');
  });

  it('ends with the login, and says so', async () => {
    await open();
    await act(async () => end.server.close({ code: 4401, reason: '', wasClean: true }));
    for (const button of document.querySelectorAll('.add-link, .edit-link, .delete-link')) {
      expect(button.disabled).toBe(true);
      expect($(`#${button.getAttribute('aria-describedby')}`).textContent).toBe('You’ve been logged out');
    }
    expect($('.connection a').textContent).toBe('Log in');
  });

  it('waits for the connection, and says so', async () => {
    await open();
    await edit(1);
    await type({ name: 'typed' });
    await cut();
    for (const button of document.querySelectorAll('.add-link, .edit-link, .delete-link, .save-link')) {
      expect(button.disabled).toBe(true);
      expect($(`#${button.getAttribute('aria-describedby')}`).textContent).toContain('Not connected');
    }
    await save();
    expect(field('name').value).toBe('typed');
    await mend();
    expect($('.save-link').disabled).toBe(false);
    expect($('.offline-reason')).toBeNull();
    await save();
    expect(requests()).toHaveLength(1);
  });

  it('is said in Spanish', async () => {
    document.documentElement.lang = 'es';
    await open();
    expect($('.add-link').textContent).toBe('Añadir enlace');
    await edit(1);
    expect($('.save-link').textContent).toBe('Guardar');
  });
});

describe('the form of a row', () => {
  it('shows the row, takes the focus and gives it back', async () => {
    api[LINKS] = [link(1, { tags: [5], pending: true, description: 'long' }), link(2)];
    await open();
    await edit(1);
    expect(active()).toBe(field('name'));
    expect(['name', 'url', 'description', 'user'].map(each => field(each).value))
      .toEqual(['Link 1', 'https://1.example/', 'long', '1']);
    expect([field('pending').checked, tagBox(5).checked, tagBox(6).checked]).toEqual([true, true, false]);
    await press(field('name'), 'Escape');
    expect(form()).toBeNull();
    expect(active()).toBe(row(1).querySelector('.menu-link'));
    expect(end.asked()).toEqual([]);
  });

  it('offers every user that the page may read', async () => {
    await open();
    await edit(1);
    expect([...field('user').options].map(option => option.textContent)).toEqual(['alice', 'bob']);
  });

  it('offers those that the page knows where it may not read them', async () => {
    api[USERS] = () => answer({}, 403);
    await open();
    await edit(1);
    expect([...field('user').options].map(option => option.textContent)).toEqual(['alice']);
  });

  it('forgets what was typed when it is cancelled', async () => {
    await open();
    await edit(1);
    await type({ name: 'typed' });
    await click('.cancel-link');
    expect(name(1)).toBe('Link 1');
    await edit(1);
    expect(field('name').value).toBe('Link 1');
  });

  it('keeps Escape for an input method that needs it', async () => {
    await open();
    await edit(1);
    await press(field('name'), 'Escape', { isComposing: true });
    await press(field('name'), 'Escape', { keyCode: 229 });
    expect(form()).not.toBeNull();
  });

  it('saves with Ctrl+Enter from the description', async () => {
    await open();
    await edit(1);
    await type({ description: 'two\nlines' });
    await press(field('description'), 'Enter');
    expect(end.asked()).toEqual([]);
    await press(field('description'), 'Enter', { ctrlKey: true });
    expect(requests()[0].data).toEqual({ description: 'two\nlines' });
  });

  it('sends nothing where nothing changed', async () => {
    await open();
    await edit(1);
    await type({ name: ' Link 1 ' });
    await save();
    expect(end.asked()).toEqual([]);
    expect(form()).toBeNull();
  });

  it('is labelled', async () => {
    await open();
    await edit(1);
    for (const control of form().querySelectorAll('input, textarea, select')) expect(control.labels).toHaveLength(1);
    expect(form().getAttribute('aria-label')).toBe('Edit “Link 1”');
  });
});

describe('a change', () => {
  async function change(values) {
    await open();
    await edit(1);
    await type(values);
    await save();
  }

  it('sends only the fields that were changed, with what they were, once', async () => {
    await change({ name: ' New ', user: '2' });
    expect(requests()).toEqual([{
      stream: 'links', action: 'update', pk: 1, base: { name: 'Link 1', user: 1 }, data: { name: 'New', user: 2 }, named: true,
    }]);
    await pass(5000);
    expect(requests()).toHaveLength(1);
  });

  it('is sent once, however fast its button is pressed', async () => {
    await open();
    await edit(1);
    await type({ name: 'New' });
    await act(async () => {
      fireEvent.submit(form());
      fireEvent.submit(form());
    });
    await pass(SOON);
    expect(requests()).toHaveLength(1);
  });

  it('shows at once, as one that is under way', async () => {
    await change({ name: 'New' });
    expect(name(1)).toBe('New');
    expect(row(1).classList.contains('saving')).toBe(true);
    expect(row(1).getAttribute('aria-busy')).toBe('true');
    expect(row(1).querySelector('.edit-link').disabled).toBe(true);
    expect(active()).toBe(row(1));
  });

  it('is done when the answer and the frame are there, in either order', async () => {
    const steps = [
      () => end.reply({ action: 'updated', pk: 1, data: link(1, { name: 'New' }) }),
      () => end.tell('links', 'update', 1, link(1, { name: 'New' })),
    ];
    await change({ name: 'New' });
    for (const order of [steps, [...steps].reverse()]) {
      for (const step of order) {
        await step();
        expect(name(1)).toBe('New');
        expect(row(1).classList.contains('saving')).toBe(false);
        expect(row(1).getAttribute('aria-busy')).toBeNull();
      }
      expect(row(1).querySelector('.edit-link').disabled).toBe(false);
      await end.tell('links', 'update', 1, link(1));
      expect(name(1)).toBe('Link 1');
      await edit(1);
      await type({ name: 'New' });
      await save();
    }
    expect(loads()).toBe(1);
  });

  it('asks for the rows where its frame does not come', async () => {
    await change({ name: 'New' });
    await end.reply({ action: 'updated', pk: 1, data: link(1, { name: 'New' }) });
    api[LINKS] = [link(1, { name: 'Newer' }), link(2)];
    await pass(SETTLED);
    expect(name(1)).toBe('Newer');
    expect(loads()).toBe(2);
  });

  it('does not hide a later one of somebody else', async () => {
    await change({ name: 'New' });
    await end.tell('links', 'update', 1, link(1, { name: 'Theirs' }));
    expect(name(1)).toBe('New');
    await end.reply({ action: 'updated', pk: 1, data: link(1, { name: 'New' }) });
    await end.tell('links', 'update', 1, link(1, { name: 'Theirs again' }));
    expect(name(1)).toBe('Theirs again');
  });

  it('that is refused comes back with the errors beside its fields', async () => {
    await change({ name: '', url: 'nonsense' });
    expect(name(1)).toBe('');
    await end.reply({ action: 'error', code: 'invalid', message: 'x', errors: { url: ['Enter a valid URL.'], name: ['Too', 'short'] } });
    expect([error('name'), error('url'), error('description')]).toEqual(['Too short', 'Enter a valid URL.', undefined]);
    expect(alert()).toBeUndefined();
    expect(field('url').value).toBe('nonsense');
    expect(active()).toBe(field('name'));
    for (const control of ['name', 'url']) {
      expect(field(control).getAttribute('aria-invalid')).toBe('true');
      expect(field(control).getAttribute('aria-describedby')).toBe(form().querySelector(`.field-${control} .field-error`).id);
    }
    await type({ url: 'https://ok.example/' });
    expect([error('name'), error('url')]).toEqual(['Too short', undefined]);
    await press(field('name'), 'Escape');
    expect(name(1)).toBe('Link 1');
    expect(loads()).toBe(1);
  });

  it('does not take the focus out of another form when it is refused', async () => {
    await change({ name: '' });
    await edit(2);
    const other = active();
    await end.reply({ action: 'error', code: 'invalid', errors: { name: ['x'] } });
    expect(document.querySelectorAll('.link-form')).toHaveLength(2);
    expect(active()).toBe(other);
  });

  it.each([
    ['forbidden', 'You may not do this.'], ['conflict', 'This conflicts with another link. Nothing was changed.'],
    ['bad_data', 'Not done: said the server'],
  ])('that is refused as %s says so at the row and keeps what was typed', async (code, text) => {
    await change({ name: 'typed' });
    await end.reply({ action: 'error', code, message: 'said the server', errors: {} });
    expect(row(1).querySelector('[role=alert]').textContent).toBe(text);
    expect(field('name').value).toBe('typed');
    await save();
    expect($('[role=alert]')).toBeNull();
    expect(requests()).toHaveLength(2);
  });

  it('shows errors that belong to no field on top', async () => {
    await change({ name: 'typed' });
    await end.reply({ action: 'error', code: 'invalid', message: 'm', errors: { __all__: ['Both', 'bad'], name: ['n'] } });
    expect(alert()).toBe('Not done: Both bad');
    expect(error('name')).toBe('n');
  });

  it.each([null, 'x', [], { name: 'bare' }, { name: [3] }])('bears any shape of errors: %j', async errors => {
    await change({ name: 'typed' });
    await end.reply({ action: 'error', code: 'bad_data', message: 'm', errors });
    expect(alert()).toBe('Not done: m');
    expect(error('name')).toBe({ bare: 'bare', 3: '3' }[errors?.name]);
  });

  it('that is too large for a frame is refused, though the error names nobody', async () => {
    await change({ description: 'long' });
    await end.say({ error: { code: 'too_large', message: 'm' } });
    expect(alert()).toBe('This is too long to send.');
    expect(field('description').value).toBe('long');
  });

  it('listens to no answer that is another one\'s', async () => {
    await change({ name: 'New' });
    await end.say({ stream: 'links', payload: { action: 'error', code: 'forbidden', request_id: 'other' } });
    await end.say({ stream: 'tags', payload: { action: 'error', code: 'forbidden', request_id: end.asked()[0].payload.request_id } });
    await end.say({ stream: 'links', payload: { action: 'error', code: 'forbidden' } });
    expect(row(1).classList.contains('saving')).toBe(true);
  });
});

describe('an answer that does not come', () => {
  async function lose(values = { name: 'New' }) {
    await open();
    await edit(1);
    await type(values);
    await save();
  }

  it('makes the change an unknown one: the page asks for the rows and says so, and sends nothing again', async () => {
    await lose();
    await pass(ANSWER_LIMIT - 3 * SOON);
    expect(row(1).classList.contains('saving')).toBe(true);
    await pass(1000);
    expect(alert()).toContain('it isn’t clear whether this was done');
    expect(field('name').value).toBe('New');
    expect(loads()).toBe(2);
    await pass(30000);
    expect(requests()).toHaveLength(1);
    await press(field('name'), 'Escape');
    expect(name(1)).toBe('Link 1');
  });

  it('turns out to be done where the rows say so', async () => {
    await lose();
    api[LINKS] = [link(1, { name: 'New' }), link(2)];
    await pass(ANSWER_LIMIT + 1000);
    expect(form()).toBeNull();
    expect(name(1)).toBe('New');
    expect(row(1).querySelector('[role=alert]').textContent).toBe('There was no answer, but the change was made.');
    await click('tr[data-pk="1"] .row-alert .btn-close');
    expect($('[role=alert]')).toBeNull();
  });

  it('is known to be done where the frame came', async () => {
    await lose();
    await end.tell('links', 'update', 1, link(1, { name: 'New' }));
    await pass(ANSWER_LIMIT + 1000);
    expect(row(1).querySelector('[role=alert]').textContent).toContain('the change was made');
  });

  it('is no longer waited for once something else is typed', async () => {
    await lose();
    await pass(ANSWER_LIMIT + 1000);
    await type({ name: 'Link 1' });
    await end.tell('links', 'update', 2, link(2, { name: 'other' }));
    expect(field('name').value).toBe('Link 1');
    expect(alert()).toContain('it isn’t clear');
  });

  it('may come too late', async () => {
    await lose();
    await pass(ANSWER_LIMIT + 1000);
    await end.reply({ action: 'updated', pk: 1, data: link(1, { name: 'New' }) });
    expect(field('name').value).toBe('New');
    await end.tell('links', 'update', 1, link(1, { name: 'New' }));
    expect(form()).toBeNull();
    expect(name(1)).toBe('New');
  });

  it('is one of a socket that closes', async () => {
    await lose();
    await cut();
    expect(alert()).toContain('it isn’t clear');
    const before = loads();
    await mend();
    expect(loads()).toBeGreaterThan(before);
    expect(requests()).toHaveLength(1);
    await save();
    expect(requests()).toHaveLength(2);
    await end.reply({ action: 'updated', pk: 1, data: link(1, { name: 'New' }) });
    await end.tell('links', 'update', 1, link(1, { name: 'New' }));
    expect(form()).toBeNull();
  });

  it('leaves nothing behind on a page that is left', async () => {
    const view = await open();
    await edit(1);
    await type({ name: 'New' });
    await save();
    view.unmount();
    await pass(60000);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('somebody else', () => {
  it('may change the row in the form: what was typed stays, the rest follows, both are told', async () => {
    await open();
    await edit(1);
    await type({ name: 'mine' });
    await end.tell('links', 'update', 1, link(1, { name: 'theirs', url: 'https://new.example/' }));
    expect(field('name').value).toBe('mine');
    expect(field('url').value).toBe('https://new.example/');
    expect(form().querySelector('.theirs').textContent).toContain('Someone else has changed: Name, URL.');
    expect(form().querySelector('.field-name .now').textContent).toBe('Now: theirs');
    expect(form().querySelector('.field-url .now')).toBeNull();
    expect(field('name').getAttribute('aria-describedby')).toBe(form().querySelector('.field-name .now').id);
  });

  it('is named, as the last of those who have changed it', async () => {
    await open();
    await edit(1);
    await type({ name: 'mine' });
    const payload = { action: 'update', pk: 1, data: link(1, { name: 'theirs' }), seq: end.next('links'), actor: 'bob' };
    await end.say({ stream: 'links', payload });
    expect(form().querySelector('.theirs').textContent).toContain('Someone else has changed: Name (last bob).');
  });

  it('may type the same', async () => {
    await open();
    await edit(1);
    await type({ name: 'same' });
    await end.tell('links', 'update', 1, link(1, { name: 'same' }));
    expect(form().querySelector('.theirs').textContent).toBe('');
    await save();
    expect(end.asked()).toEqual([]);
  });

  it('may change tags: both changes count', async () => {
    api[LINKS] = [link(1, { tags: [5] }), link(2)];
    api[LINKTAGS] = [{ id: 50, link: 1, tag: 5 }];
    await open();
    await edit(1);
    fireEvent.click(tagBox(5));
    await end.tell('links', 'update', 1, link(1, { tags: [5, 6] }));
    expect([tagBox(5).checked, tagBox(6).checked]).toEqual([false, true]);
    expect(form().querySelector('.field-tags .now').textContent).toBe('Now: five, six');
    await save();
    expect(requests()).toEqual([{ stream: 'linktags', action: 'delete', pk: 50, named: true }]);
  });

  it('may delete it: what was typed can be added anew', async () => {
    await open();
    await edit(1);
    await type({ name: 'mine' });
    await end.tell('links', 'delete', 1);
    expect(alert()).toContain('has since been deleted');
    expect($('.save-link')).toBeNull();
    await save();
    expect(end.asked()).toEqual([]);
    await click('.again-link');
    expect(alert()).toBeUndefined();
    expect(pks()).toEqual([2]);
    expect(active()).toBe(field('name'));
    await save();
    expect(requests()).toEqual([{
      stream: 'links', action: 'create', named: true,
      data: { name: 'mine', url: 'https://1.example/', description: '', pending: false, user: 1 },
    }]);
  });

  it('may delete it while it is saved', async () => {
    await open();
    await edit(1);
    await type({ name: 'mine' });
    await save();
    await end.tell('links', 'delete', 1);
    await end.reply({ action: 'error', code: 'gone', message: 'm', errors: {} });
    expect(alert()).toContain('has since been deleted');
    expect(field('name').value).toBe('mine');
    await click('.cancel-link');
    expect(pks()).toEqual([2]);
  });

  it('may have deleted it without a word', async () => {
    await open();
    await edit(1);
    await type({ name: 'mine' });
    await save();
    api[LINKS] = [link(2)];
    await end.reply({ action: 'error', code: 'gone', message: 'm', errors: {} });
    expect($('.again-link')).not.toBeNull();
    await pass(1500);
    await click('.cancel-link');
    expect(pks()).toEqual([2]);
  });
});

describe('a field that two people have changed', () => {
  const theirs = link(1, { name: 'theirs' });
  const conflict = (data = theirs) =>
    ({ action: 'error', code: 'conflict', message: 'Somebody else …', errors: { name: ['…'] }, pk: 1, data });

  async function meet() {
    await open();
    await edit(1);
    await type({ name: 'mine' });
    await end.tell('links', 'update', 1, theirs);
  }

  async function refuse() {
    await open();
    await edit(1);
    await type({ name: 'mine', description: 'long' });
    await save();
    await end.reply(conflict());
  }

  it('shows both sides, with a button for each', async () => {
    await meet();
    expect([field('name').value, form().querySelector('.field-name .now').textContent]).toEqual(['mine', 'Now: theirs']);
    expect(sides('name').map(button => button.getAttribute('aria-label'))).toEqual(['Take theirs: Name', 'Keep mine: Name']);
    const group = form().querySelector('.field-name .sides');
    expect([group.getAttribute('role'), $(`#${group.getAttribute('aria-labelledby')}`).textContent]).toEqual(['group', 'Now: theirs']);
  });

  it('can be theirs', async () => {
    await meet();
    await choose('name', THEIRS);
    expect(field('name').value).toBe('theirs');
    expect([sides('name').length, form().querySelector('.now'), form().querySelector('.theirs').textContent]).toEqual([0, null, '']);
    expect(active()).toBe($('.save-link'));
    await save();
    expect(end.asked()).toEqual([]);
    expect(name(1)).toBe('theirs');
  });

  it('can be mine, knowing theirs', async () => {
    await meet();
    await choose('name', MINE);
    expect([field('name').value, sides('name').length]).toEqual(['mine', 0]);
    expect(end.asked()).toEqual([]);
    await save();
    expect(requests()).toEqual([{
      stream: 'links', action: 'update', pk: 1, base: { name: 'theirs' }, data: { name: 'mine' }, named: true,
    }]);
  });

  it('asks again where it is changed again', async () => {
    await meet();
    await choose('name', MINE);
    await end.tell('links', 'update', 1, link(1, { name: 'theirs again' }));
    expect(form().querySelector('.field-name .now').textContent).toBe('Now: theirs again');
    expect(sides('name')).toHaveLength(2);
  });

  it('is not saved before one is chosen, and then is', async () => {
    await meet();
    await save();
    expect(end.asked()).toEqual([]);
    expect(alert()).toContain('Choose a version');
    expect(active()).toBe(sides('name')[THEIRS]);
    await choose('name', MINE);
    expect(requests()).toEqual([{
      stream: 'links', action: 'update', pk: 1, base: { name: 'theirs' }, data: { name: 'mine' }, named: true,
    }]);
    await end.reply({ action: 'updated', pk: 1, data: link(1, { name: 'mine' }) });
    await end.tell('links', 'update', 1, link(1, { name: 'mine' }));
    expect([form(), name(1)]).toEqual([null, 'mine']);
  });

  it('asks for nothing where the same is typed', async () => {
    await meet();
    await save();
    await type({ name: 'theirs' });
    expect([alert(), sides('name').length]).toEqual([undefined, 0]);
    await save();
    expect([form(), end.asked()]).toEqual([null, []]);
  });

  it('is no conflict where only one of them did', async () => {
    await open();
    await edit(1);
    await end.tell('links', 'update', 1, theirs);
    expect([field('name').value, sides('name').length]).toEqual(['theirs', 0]);
    await type({ name: 'mine, knowing theirs' });
    await save();
    expect(requests()[0]).toMatchObject({ base: { name: 'theirs' }, data: { name: 'mine, knowing theirs' } });
  });

  it('shows both sides where the server knew it first, and keeps all that was typed', async () => {
    await refuse();
    expect([field('name').value, field('description').value]).toEqual(['mine', 'long']);
    expect(form().querySelector('.field-name .now').textContent).toBe('Now: theirs');
    expect($('[role=alert]').textContent).toContain('Choose a version');
    expect(active()).toBe(sides('name')[THEIRS]);
    expect(sides('description')).toEqual([]);
    await end.tell('links', 'update', 2, link(2, { name: 'other' }));
    expect(form().querySelector('.field-name .now').textContent).toBe('Now: theirs');
  });

  it('is sent again with what it is now, once mine is chosen', async () => {
    await refuse();
    await choose('name', MINE);
    expect(requests().at(-1)).toEqual({
      stream: 'links', action: 'update', pk: 1, named: true,
      base: { name: 'theirs', description: '' }, data: { name: 'mine', description: 'long' },
    });
    expect(name(1)).toBe('mine');
  });

  it('leaves the rest to be sent, once theirs is chosen', async () => {
    await refuse();
    await choose('name', THEIRS);
    expect(requests().at(-1)).toMatchObject({ base: { description: '' }, data: { description: 'long' } });
    expect(Object.keys(requests().at(-1).data)).toEqual(['description']);
    expect(active()).toBe(row(1));
  });

  it('can be given up', async () => {
    await refuse();
    await press(active(), 'Escape');
    await end.tell('links', 'update', 1, theirs);
    expect([form(), name(1)]).toEqual([null, 'theirs']);
  });

  it('that is none any more is told in the words of the server', async () => {
    await open();
    await edit(1);
    await type({ name: 'mine' });
    await save();
    await end.reply(conflict(link(1, { name: 'mine' })));
    expect(alert()).toBe('Not done: Somebody else …');
  });

  it('leads from one choice to the next', async () => {
    await open();
    await edit(1);
    await type({ name: 'mine', url: 'https://mine.example/' });
    await end.tell('links', 'update', 1, link(1, { name: 'theirs', url: 'https://theirs.example/' }));
    await choose('name', MINE);
    expect(active()).toBe(sides('url')[THEIRS]);
    await choose('url', THEIRS);
    expect(active()).toBe($('.save-link'));
    await save();
    expect(requests()[0].data).toEqual({ name: 'mine' });
  });

  it('is said in Spanish', async () => {
    document.documentElement.lang = 'es';
    await refuse();
    expect(sides('name').map(({ textContent }) => textContent)).toEqual(['Usar lo suyo', 'Conservar lo mío']);
    expect(alert()).toContain('Elige');
  });
});

describe('a deletion of what somebody else has changed', () => {
  const now = link(1, { name: 'theirs', tags: [6] });

  async function refuse() {
    await open();
    await remove(1);
    await end.reply({ action: 'error', code: 'conflict', message: 'm', errors: { name: ['…'] }, pk: 1, data: now });
  }

  it('says what has become of it, and deletes nothing', async () => {
    await refuse();
    const said = row(1).querySelector('[role=alert]');
    expect(said.textContent).toContain('Not deleted');
    expect([...said.querySelectorAll('.changes li')].map(({ textContent }) => textContent))
      .toEqual(['Name: Link 1 → theirs', 'Tags: none → six']);
    expect(row(1).className).toBe('');
    await click('.row-alert .btn-close');
    expect($('[role=alert]')).toBeNull();
    expect(requests()).toHaveLength(1);
  });

  it('can be done all the same', async () => {
    await refuse();
    await click('.delete-anyway');
    expect(requests().at(-1)).toMatchObject({ action: 'delete', pk: 1, base: { name: 'theirs', tags: [6] } });
    expect(row(1).contains(active())).toBe(true);
    await end.reply({ action: 'deleted', pk: 1 });
    expect(pks()).toEqual([2]);
  });

  it('is one of the row as it was when the question was asked', async () => {
    await open();
    await click('tr[data-pk="1"] .delete-link');
    await end.tell('links', 'update', 1, now);
    expect($('.confirm-delete').getAttribute('aria-label')).toBe('Delete “Link 1”?');
    await click('.confirm-link');
    expect(requests()[0].base).toMatchObject({ name: 'Link 1', tags: [] });
  });
});

describe('tags', () => {
  beforeEach(() => {
    api[LINKS] = [link(1, { tags: [5] }), link(2)];
    api[LINKTAGS] = [{ id: 50, link: 1, tag: 5 }, { id: 51, link: 2, tag: 6 }];
  });

  async function swap() {
    await open();
    await edit(1);
    fireEvent.click(tagBox(5));
    fireEvent.click(tagBox(6));
    await save();
  }

  it('are changed through their own stream', async () => {
    await swap();
    expect(tags(1)).toEqual(['six']);
    expect(row(1).classList.contains('saving')).toBe(true);
    expect(requests()).toEqual([
      { stream: 'linktags', action: 'create', data: { link: 1, tag: 6 }, named: true },
      { stream: 'linktags', action: 'delete', pk: 50, named: true },
    ]);
    expect(fetch.mock.calls.at(-1)[0]).toBe(`${LINKTAGS}?link=1&page_size=500`);
    await end.reply({ action: 'created', pk: 60, data: { id: 60, link: 1, tag: 6 } }, 0);
    expect(row(1).classList.contains('saving')).toBe(true);
    await end.reply({ action: 'deleted', pk: 50 }, 1);
    expect(tags(1)).toEqual(['six']);
    expect(row(1).classList.contains('saving')).toBe(false);
    await end.tell('linktags', 'create', 60, { id: 60, link: 1, tag: 6 });
    await end.tell('links', 'update', 1, link(1, { tags: [5, 6] }));
    expect(tags(1)).toEqual(['six']);
    await end.tell('links', 'update', 1, link(1, { tags: [6] }));
    expect(tags(1)).toEqual(['six']);
    expect(row(1).querySelector('.edit-link').disabled).toBe(false);
  });

  it('come after the fields, and not where those are refused', async () => {
    await open();
    await edit(1);
    fireEvent.click(tagBox(6));
    await type({ name: 'x' });
    await save();
    expect(requests()).toHaveLength(1);
    await end.reply({ action: 'error', code: 'invalid', errors: { name: ['no'] } });
    expect(tagBox(6).checked).toBe(true);
    await save();
    await end.reply({ action: 'updated', pk: 1, data: link(1, { name: 'x', tags: [5] }) });
    expect(requests().at(-1)).toEqual({ stream: 'linktags', action: 'create', data: { link: 1, tag: 6 }, named: true });
    expect([name(1), tags(1)]).toEqual(['x', ['five', 'six']]);
    expect(row(1).classList.contains('saving')).toBe(true);
  });

  it('that are refused come back alone: the fields are saved', async () => {
    await open();
    await edit(1);
    fireEvent.click(tagBox(6));
    await type({ name: 'x' });
    await save();
    await end.reply({ action: 'updated', pk: 1, data: link(1, { name: 'x', tags: [5] }) });
    await end.reply({ action: 'error', code: 'invalid', errors: { __all__: ['Already there.'] } });
    expect(error('tags')).toBe('Already there.');
    expect(form().querySelector('fieldset').getAttribute('aria-invalid')).toBe('true');
    await save();
    expect(requests()).toHaveLength(3);
    expect(requests().at(-1)).toEqual({ stream: 'linktags', action: 'create', data: { link: 1, tag: 6 }, named: true });
    await end.reply({ action: 'error', code: 'invalid', errors: { __all__: ['Still there.'] } });
    await end.tell('links', 'update', 1, link(1, { name: 'x', tags: [5] }));
    expect(form().querySelector('.theirs').textContent).toBe('');
  });

  it('that somebody took off already are off', async () => {
    await open();
    await edit(1);
    fireEvent.click(tagBox(5));
    await save();
    await end.reply({ action: 'error', code: 'gone', message: 'm', errors: {} });
    expect(form()).toBeNull();
    await end.tell('links', 'update', 1, link(1));
    expect(tags(1)).toEqual([]);
  });

  it('stay on where their pairs cannot be read', async () => {
    api[LINKTAGS] = () => answer({}, 502);
    await open();
    await edit(1);
    fireEvent.click(tagBox(5));
    await save();
    expect(error('tags')).toContain('could not be read');
    expect(end.asked()).toEqual([]);
  });
});

describe('a new link', () => {
  async function add(values = { name: 'New', url: 'https://new.example/' }) {
    await open();
    await click('.add-link');
    await type(values);
    await save();
  }

  const created = more => link(9, { name: 'New', url: 'https://new.example/', ...more });

  it('has a form of its own, for the visitor', async () => {
    await open();
    await click('.add-link');
    expect(active()).toBe(field('name'));
    expect(field('user').value).toBe('1');
    expect($('.add-link')).toBeNull();
    await press(field('url'), 'Escape');
    expect(form()).toBeNull();
    expect(active()).toBe($('.add-link'));
  });

  it('belongs to whom the server says where nobody was chosen', async () => {
    await open({ me: null });
    await click('.add-link');
    expect(field('user').selectedOptions[0].textContent).toBe('Nobody chosen');
    await type({ name: 'a', url: 'b' });
    await save();
    expect(requests()[0].data).toEqual({ name: 'a', url: 'b', description: '', pending: false });
    await end.reply({ action: 'error', code: 'invalid', errors: { user: ['Required.'] } });
    expect(error('user')).toBe('Required.');
  });

  it('shows at once, as one that is under way', async () => {
    await add();
    expect(pks()).toEqual([1, 2, -1]);
    expect(name(-1)).toBe('New');
    expect(row(-1).getAttribute('aria-busy')).toBe('true');
    expect(row(-1).querySelector('.edit-link').disabled).toBe(true);
    expect(active()).toBe($('.add-link'));
  });

  it('is one row all the time, the same element, in either order', async () => {
    const steps = [
      () => end.reply({ action: 'created', pk: 9, data: created() }),
      () => end.tell('links', 'create', 9, created()),
    ];
    for (const order of [steps, [...steps].reverse()]) {
      await add();
      const element = row(-1);
      for (const step of order) {
        await step();
        expect(pks()).toEqual([1, 2, 9]);
        expect(row(9)).toBe(element);
        expect(element.classList.contains('saving')).toBe(false);
      }
      expect(row(9).querySelector('.edit-link').disabled).toBe(false);
      await end.tell('links', 'update', 9, created({ name: 'Renamed' }));
      expect(name(9)).toBe('Renamed');
      expect(row(9)).toBe(element);
      document.body.innerHTML = '';
      end.frames.length = 0;
    }
  });

  it('may be the one that only looks like that of somebody else', async () => {
    await add();
    await end.tell('links', 'create', 8, created());
    expect(pks()).toEqual([1, 2, 8]);
    await end.reply({ action: 'created', pk: 9, data: created() });
    expect(pks()).toEqual([1, 2, 8, 9]);
    await end.tell('links', 'create', 9, created());
    expect(pks()).toEqual([1, 2, 8, 9]);
  });

  it('that is refused leaves the row that only looks like it alone', async () => {
    await add();
    await end.tell('links', 'create', 8, created());
    await end.reply({ action: 'error', code: 'conflict', message: 'm', errors: {} });
    expect($('.new-links .link-form')).not.toBeNull();
    expect(row(8).querySelector('.edit-link').disabled).toBe(false);
  });

  it('that is refused comes back as it was typed', async () => {
    await add({ name: 'New', url: 'nonsense' });
    await end.reply({ action: 'error', code: 'invalid', errors: { url: ['Enter a valid URL.'] } });
    expect(pks()).toEqual([1, 2]);
    expect([field('name').value, error('url')]).toEqual(['New', 'Enter a valid URL.']);
    expect(active()).toBe(field('url'));
  });

  it('gets its tags once it has a pk', async () => {
    await open();
    await click('.add-link');
    await type({ name: 'New', url: 'https://new.example/' });
    fireEvent.click(tagBox(6));
    await save();
    expect(tags(-1)).toEqual(['six']);
    await end.tell('links', 'create', 9, created());
    expect(tags(9)).toEqual(['six']);
    await end.reply({ action: 'created', pk: 9, data: created() });
    expect(requests().at(-1)).toEqual({ stream: 'linktags', action: 'create', data: { link: 9, tag: 6 }, named: true });
    expect(tags(9)).toEqual(['six']);
    expect(row(9).classList.contains('saving')).toBe(true);
    await end.reply({ action: 'created', pk: 70, data: { id: 70, link: 9, tag: 6 } });
    await end.tell('links', 'update', 9, created({ tags: [6] }));
    expect(tags(9)).toEqual(['six']);
    expect(row(9).querySelector('.edit-link').disabled).toBe(false);
  });

  it('whose tags are refused is not created twice', async () => {
    await open();
    await click('.add-link');
    await type({ name: 'New', url: 'https://new.example/' });
    fireEvent.click(tagBox(6));
    await save();
    await end.reply({ action: 'created', pk: 9, data: created() });
    await end.reply({ action: 'error', code: 'forbidden', message: 'm', errors: {} });
    expect(alert()).toBe('You may not do this.');
    await save();
    expect(requests().map(({ stream, action }) => `${action} ${stream}`))
      .toEqual(['create links', 'create linktags', 'create linktags']);
  });

  it('that nobody confirms comes back with a warning, and once only', async () => {
    await add();
    await pass(ANSWER_LIMIT + 1000);
    expect(alert()).toContain('it isn’t clear');
    expect(pks()).toEqual([1, 2]);
    expect(loads()).toBe(2);
    expect(requests()).toHaveLength(1);
  });

  it('that nobody confirms is there where the rows have it', async () => {
    await add();
    api[LINKS] = [link(1), link(2), created()];
    await cut();
    await mend();
    expect(form()).toBeNull();
    expect(pks()).toEqual([1, 2, 9]);
    expect(row(9).querySelector('[role=alert]').textContent).toContain('the change was made');
  });

  it('that nobody confirms is there where its frame came', async () => {
    await add();
    await end.tell('links', 'create', 9, created());
    await pass(ANSWER_LIMIT + SOON);
    expect(form()).toBeNull();
    expect(row(9).querySelector('[role=alert]').textContent).toContain('the change was made');
  });

  it('outlives rows that are loaded meanwhile', async () => {
    await add();
    await click('.refresh');
    expect(pks()).toEqual([1, 2, -1]);
    const waiting = later();
    api[LINKS] = () => waiting.answer;
    await click('.refresh');
    await end.reply({ action: 'created', pk: 9, data: created() });
    expect(pks()).toEqual([1, 2, 9]);
    waiting.resolve(rowsOf([link(1), link(2)]));
    await pass(SOON);
    expect(pks()).toEqual([1, 2, 9]);
  });

  it('can be the first one', async () => {
    api[LINKS] = [];
    await add();
    expect(pks()).toEqual([-1]);
  });
});

describe('a deletion', () => {
  it('asks first, and can be taken back with Escape', async () => {
    await open();
    expect($('tr[data-pk="1"] .menu').hidden).toBe(true);
    await click('tr[data-pk="1"] .menu-link');
    expect(active()).toBe($('tr[data-pk="1"] .edit-link'));
    expect($('.menu-link').getAttribute('aria-expanded')).toBe('true');
    await click('tr[data-pk="1"] .delete-link');
    expect($('.confirm-delete').getAttribute('aria-label')).toBe('Delete “Link 1”?');
    expect(active()).toBe($('.keep-link'));
    await press(active(), 'Escape');
    expect($('.confirm-delete')).toBeNull();
    expect(active()).toBe($('tr[data-pk="1"] .menu-link'));
    expect($('tr[data-pk="1"] .menu').hidden).toBe(true);
    await click('tr[data-pk="1"] .delete-link');
    await click('.keep-link');
    expect(end.asked()).toEqual([]);
    expect(pks()).toEqual([1, 2]);
  });

  it('can be undone: the link is saved as a new one', async () => {
    api[LINKS] = [link(1, { tags: [5], description: 'all of it', pending: true }), link(2)];
    await open();
    await remove(1);
    await end.reply({ action: 'deleted', pk: 1 });
    await end.tell('links', 'delete', 1);
    expect($('.site-toast bdi').textContent).toBe('“Link 1” was deleted');
    await click('.undo-link');
    const { payload: { action, data } } = end.asked().at(-1);
    expect([action, data]).toEqual(['create', { name: 'Link 1', url: 'https://1.example/', description: 'all of it', pending: true, user: 1 }]);
    await end.reply({ action: 'created', pk: 3, data: link(3, { name: 'Link 1' }) });
    expect(end.asked().at(-1)).toMatchObject({ stream: 'linktags', payload: { action: 'create', data: { link: 3, tag: 5 } } });
    expect($('.undo-link')).toBeNull();
  });

  it('shows at once, goes with the answer or the frame, and hands the focus on', async () => {
    const steps = [() => end.reply({ action: 'deleted', pk: 1 }), () => end.tell('links', 'delete', 1)];
    for (const order of [steps, [...steps].reverse()]) {
      const view = await open();
      await remove(1);
      const base = { name: 'Link 1', url: 'https://1.example/', description: '', pending: false, user: 1, tags: [] };
      expect(requests()).toEqual([{ stream: 'links', action: 'delete', pk: 1, base, named: true }]);
      expect(row(1).className).toBe('saving deleting');
      expect(row(1).getAttribute('aria-busy')).toBe('true');
      expect(row(1).contains(active())).toBe(true);
      for (const step of order) {
        await step();
        expect(pks()).toEqual([2]);
        expect(active()).toBe(row(2));
      }
      expect(loads()).toBe(1);
      view.unmount();
      fetch.mockClear();
      end.frames.length = 0;
    }
  });

  it.each([['forbidden', 'You may not do this.'], ['conflict', 'This conflicts with another link. Nothing was changed.']])(
    'that is refused as %s leaves the row and says so there', async (code, text) => {
      await open();
      await remove(1);
      await end.reply({ action: 'error', code, message: 'm', errors: {} });
      expect(row(1).className).toBe('');
      expect(row(1).querySelector('[role=alert]').textContent).toBe(text);
      expect(row(1).querySelector('.delete-link').disabled).toBe(false);
      await remove(1);
      expect($('[role=alert]')).toBeNull();
    });

  it('of a row that is gone is done', async () => {
    await open();
    await remove(1);
    api[LINKS] = [link(2)];
    await end.reply({ action: 'error', code: 'gone', message: 'm', errors: {} });
    expect(pks()).toEqual([2]);
    await pass(SETTLED);
    expect(pks()).toEqual([2]);
    expect($('[role=alert]')).toBeNull();
  });

  it('that nobody confirms leaves the row with a warning', async () => {
    await open();
    await remove(1);
    await pass(ANSWER_LIMIT + 1000);
    expect(row(1).querySelector('[role=alert]').textContent).toContain('it isn’t clear');
    expect(loads()).toBe(2);
    expect(requests()).toHaveLength(1);
  });

  it('of the last row leaves the focus on the page', async () => {
    api[LINKS] = [link(1)];
    await open();
    await remove(1);
    await end.tell('links', 'delete', 1);
    expect(active()).toBe($('.refresh'));
  });
});

describe('what is being written outlives a reload', () => {
  let view;
  const again = async props => {
    view.unmount();
    view = await open(props);
  };
  const kept = () => Object.keys(sessionStorage).filter(key => key.startsWith('links-drafts:'));
  const forms = () => document.querySelectorAll('.link-form').length;

  beforeEach(async () => {
    view = await open();
  });

  it('as a new link', async () => {
    await click('.add-link');
    await type({ name: 'half a', url: 'https://half.example/', description: 'more\nto come' });
    fireEvent.click(tagBox(6));
    await again();
    expect(field('name').value).toBe('half a');
    expect(field('url').value).toBe('https://half.example/');
    expect(field('description').value).toBe('more\nto come');
    expect(tagBox(6).checked).toBe(true);
    expect(field('user').value).toBe('1');
    expect(fetch.mock.calls.some(([url]) => url.startsWith(USERS))).toBe(true);
    await save();
    expect(requests().at(-1)).toMatchObject({ stream: 'links', action: 'create', data: { name: 'half a' } });
  });

  it('as a change of a row, and what somebody else has changed meanwhile is told', async () => {
    await edit(2);
    await type({ name: 'mine' });
    api[LINKS] = [link(1), link(2, { name: 'theirs', url: 'https://new.example/' })];
    await again();
    expect(field('name').value).toBe('mine');
    expect(field('url').value).toBe('https://new.example/');
    expect($('.theirs').textContent).toContain('Name');
    await again();
    await save();
    expect(end.asked()).toEqual([]);
    await choose('name', MINE);
    expect(requests().at(-1)).toMatchObject({ action: 'update', pk: 2, base: { name: 'theirs' }, data: { name: 'mine' } });
  });

  it('as a change of a row that has been deleted meanwhile', async () => {
    await edit(2);
    await type({ name: 'mine' });
    api[LINKS] = [link(1)];
    await again();
    expect(field('name').value).toBe('mine');
    expect($('.again-link')).toBeTruthy();
  });

  it('as a change of a row that comes with the next page', async () => {
    await edit(2);
    await type({ name: 'mine' });
    view.unmount();
    const all = api[LINKS];
    const next = later();
    api[LINKS] = () => next.answer;
    view = await open({ links: [link(1)], next: '/links/api/links/?page=2' });
    expect($('.again-link')).toBeNull();
    await act(async () => next.resolve(rowsOf(all)));
    await pass(SOON);
    expect(row(2).querySelector('.link-form') ?? form()).toBeTruthy();
    expect(field('name').value).toBe('mine');
    expect($('.again-link')).toBeNull();
  });

  it('and takes no focus, until it is refused', async () => {
    await click('.add-link');
    await type({ name: 'half a', url: 'x' });
    await again();
    expect(active()).toBe(document.body);
    await save();
    await end.reply({ action: 'error', code: 'invalid', errors: { url: ['No.'] } });
    expect(form().contains(active())).toBe(true);
  });

  it.each([0, ANSWER_LIMIT])('though it was sent, with the advice to look first, %d ms later', async milliseconds => {
    await click('.add-link');
    await type({ name: 'sent', url: 'https://sent.example/' });
    await save();
    await pass(milliseconds);
    await again();
    expect(field('name').value).toBe('sent');
    expect(alert()).toMatch(/There was no answer/);
  });

  it('but not once it is done', async () => {
    await edit(2);
    await type({ name: 'mine' });
    await save();
    api[LINKS] = [link(1), link(2, { name: 'mine' })];
    await again();
    expect(forms()).toBe(0);
    expect(kept()).toEqual([]);
  });

  it.each([
    ['saved', async () => { await save(); await end.reply({ action: 'updated', pk: 2, data: link(2, { name: 'mine' }) }); }],
    ['given up', () => click('.cancel-link')],
    ['taken back', () => type({ name: 'Link 2' })],
  ])('but not once it is %s', async (_, ends) => {
    await edit(2);
    await type({ name: 'mine' });
    expect(kept()).toHaveLength(1);
    await ends();
    expect(kept()).toEqual([]);
  });

  it('for the one who wrote it, as long as they may', async () => {
    await edit(2);
    await type({ name: 'mine' });
    await again({ me: BOB });
    expect(forms()).toBe(0);
    await again({ me: null });
    expect(forms()).toBe(0);
    await again({ can: { add: true } });
    expect(forms()).toBe(0);
  });

  it('as a new link, only for one who may add some', async () => {
    await click('.add-link');
    await type({ name: 'half a' });
    await again({ can: { change: true } });
    expect(forms()).toBe(0);
  });

  it('but nothing does where nothing was written', async () => {
    await click('.add-link');
    expect(kept()).toEqual([]);
  });

  it('but ten at most', async () => {
    const drafts = [...'abcdefghijkl'].map(name => ({ pk: null, base: {}, values: { name } }));
    sessionStorage.setItem('links-drafts:alice', JSON.stringify(drafts));
    await again();
    expect(forms()).toBe(10);
  });

  it('but no logout', async () => {
    forgetAtLogout();
    await edit(2);
    await type({ name: 'mine' });
    sessionStorage.setItem('chat-draft:alice:lobby', 'hello');
    sessionStorage.setItem('chat-outbox:alice:lobby', '[]');
    sessionStorage.setItem('other', 'of somebody else');
    const logOut = document.body.appendChild(document.createElement('form'));
    logOut.addEventListener('submit', event => event.preventDefault());
    for (const [action, left] of [['/elsewhere/', 4], ['/accounts/logout/', 1]]) {
      logOut.action = action;
      fireEvent.submit(logOut);
      expect(sessionStorage).toHaveLength(left);
    }
    await type({ name: 'a frame that comes before the page has gone' });
    expect(sessionStorage).toHaveLength(1);
    logOut.remove();
    fireEvent(window, new Event('pageshow'));
    await type({ name: 'by the way back' });
    expect(sessionStorage).toHaveLength(2);
  });

  it('up to a limit', async () => {
    await edit(2);
    await type({ description: 'x'.repeat(100001) });
    expect(kept()).toEqual([]);
    await type({ description: 'x' });
    expect(kept()).toHaveLength(1);
  });

  it.each(['no json', '{}', '[1, {"pk": "x"}]', '[{"pk": null, "base": {}, "values": {"name": 5}}]'])('unless it is something else: %s', async text => {
    sessionStorage.setItem('links-drafts:alice', text);
    await again();
    expect(pks()).toEqual([1, 2]);
  });

  it('unless the browser forbids that', async () => {
    vi.spyOn(Storage.prototype, 'getItem').mockImplementation(() => { throw new Error('SecurityError'); });
    vi.spyOn(Storage.prototype, 'setItem').mockImplementation(() => { throw new Error('SecurityError'); });
    await edit(2);
    await type({ name: 'mine' });
    await again();
    expect(forms()).toBe(0);
    expect(pks()).toEqual([1, 2]);
  });
});
