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

describe('the visitor’s permissions', () => {
  it('are none unless the page grants them', async () => {
    await open({ can: undefined, me: undefined });
    expect(document.querySelectorAll('.edit-link, .delete-link, .add-link, td.actions')).toHaveLength(0);
    expect($('.offline-reason')).toBeNull();
  });

  it.each(['add', 'change', 'delete'])('may be limited to %s', async what => {
    await open({ can: { [what]: true } });
    expect($('.add-link') !== null).toBe(what === 'add');
    expect($('.edit-link') !== null).toBe(what === 'change');
    expect($('.delete-link') !== null).toBe(what === 'delete');
  });

  it('end with the session, and the page says so', async () => {
    await open();
    await act(async () => end.server.close({ code: 4401, reason: '', wasClean: true }));
    for (const button of document.querySelectorAll('.add-link, .edit-link, .delete-link')) {
      expect(button.disabled).toBe(true);
      expect($(`#${button.getAttribute('aria-describedby')}`).textContent).toBe('You’ve been logged out');
    }
    expect($('.connection a').textContent).toBe('Log in');
  });

  it('are suspended while disconnected, and the page says so', async () => {
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

  it('are explained in Spanish', async () => {
    document.documentElement.lang = 'es';
    await open();
    expect($('.add-link').textContent).toBe('Añadir enlace');
    await edit(1);
    expect($('.save-link').textContent).toBe('Guardar');
  });
});

describe('the form of a row', () => {
  it('shows the row, takes the focus and returns it', async () => {
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

  it('offers every user that the page may list', async () => {
    await open();
    await edit(1);
    expect([...field('user').options].map(option => option.textContent)).toEqual(['alice', 'bob']);
  });

  it('offers the users that the page knows if it may not list them', async () => {
    api[USERS] = () => answer({}, 403);
    await open();
    await edit(1);
    expect([...field('user').options].map(option => option.textContent)).toEqual(['alice']);
  });

  it('discards what was typed when cancelled', async () => {
    await open();
    await edit(1);
    await type({ name: 'typed' });
    await click('.cancel-link');
    expect(name(1)).toBe('Link 1');
    await edit(1);
    expect(field('name').value).toBe('Link 1');
  });

  it('leaves Escape to an input method', async () => {
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

  it('sends nothing if nothing has changed', async () => {
    await open();
    await edit(1);
    await type({ name: ' Link 1 ' });
    await save();
    expect(end.asked()).toEqual([]);
    expect(form()).toBeNull();
  });

  it('has labels', async () => {
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

  it('sends only the changed fields, with their base values, once', async () => {
    await change({ name: ' New ', user: '2' });
    expect(requests()).toEqual([{
      stream: 'links', action: 'update', pk: 1, base: { name: 'Link 1', user: 1 }, data: { name: 'New', user: 2 }, named: true,
    }]);
    await pass(5000);
    expect(requests()).toHaveLength(1);
  });

  it('is sent once, however fast the button is clicked', async () => {
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

  it('shows at once, marked as in flight', async () => {
    await change({ name: 'New' });
    expect(name(1)).toBe('New');
    expect(row(1).classList.contains('saving')).toBe(true);
    expect(row(1).getAttribute('aria-busy')).toBe('true');
    expect(row(1).querySelector('.edit-link').disabled).toBe(true);
    expect(active()).toBe(row(1));
  });

  it('is complete when both the answer and the frame have arrived, in either order', async () => {
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

  it('fetches the rows if its frame doesn’t arrive', async () => {
    await change({ name: 'New' });
    await end.reply({ action: 'updated', pk: 1, data: link(1, { name: 'New' }) });
    api[LINKS] = [link(1, { name: 'Newer' }), link(2)];
    await pass(SETTLED);
    expect(name(1)).toBe('Newer');
    expect(loads()).toBe(2);
  });

  it('doesn’t hide a later one by somebody else', async () => {
    await change({ name: 'New' });
    await end.tell('links', 'update', 1, link(1, { name: 'Theirs' }));
    expect(name(1)).toBe('New');
    await end.reply({ action: 'updated', pk: 1, data: link(1, { name: 'New' }) });
    await end.tell('links', 'update', 1, link(1, { name: 'Theirs again' }));
    expect(name(1)).toBe('Theirs again');
  });

  it('that is refused reopens with the errors beside its fields', async () => {
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

  it('doesn’t take the focus from another form when refused', async () => {
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
  ])('that is refused as %s says so beside the row and keeps what was typed', async (code, text) => {
    await change({ name: 'typed' });
    await end.reply({ action: 'error', code, message: 'said the server', errors: {} });
    expect(row(1).querySelector('[role=alert]').textContent).toBe(text);
    expect(field('name').value).toBe('typed');
    await save();
    expect($('[role=alert]')).toBeNull();
    expect(requests()).toHaveLength(2);
  });

  it('shows errors without a field at the top', async () => {
    await change({ name: 'typed' });
    await end.reply({ action: 'error', code: 'invalid', message: 'm', errors: { __all__: ['Both', 'bad'], name: ['n'] } });
    expect(alert()).toBe('Not done: Both bad');
    expect(error('name')).toBe('n');
  });

  it.each([null, 'x', [], { name: 'bare' }, { name: [3] }])('survives errors of any shape: %j', async errors => {
    await change({ name: 'typed' });
    await end.reply({ action: 'error', code: 'bad_data', message: 'm', errors });
    expect(alert()).toBe('Not done: m');
    expect(error('name')).toBe({ bare: 'bare', 3: '3' }[errors?.name]);
  });

  it('that is too large for a frame is refused, even though the error names no request', async () => {
    await change({ description: 'long' });
    await end.say({ error: { code: 'too_large', message: 'm' } });
    expect(alert()).toBe('This is too long to send.');
    expect(field('description').value).toBe('long');
  });

  it('ignores answers to other requests', async () => {
    await change({ name: 'New' });
    await end.say({ stream: 'links', payload: { action: 'error', code: 'forbidden', request_id: 'other' } });
    await end.say({ stream: 'tags', payload: { action: 'error', code: 'forbidden', request_id: end.asked()[0].payload.request_id } });
    await end.say({ stream: 'links', payload: { action: 'error', code: 'forbidden' } });
    expect(row(1).classList.contains('saving')).toBe(true);
  });
});

describe('an answer that never arrives', () => {
  async function lose(values = { name: 'New' }) {
    await open();
    await edit(1);
    await type(values);
    await save();
  }

  it('leaves the change unknown: the page fetches the rows and says so, without a retry', async () => {
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

  it('doesn’t matter if the rows show the change', async () => {
    await lose();
    api[LINKS] = [link(1, { name: 'New' }), link(2)];
    await pass(ANSWER_LIMIT + 1000);
    expect(form()).toBeNull();
    expect(name(1)).toBe('New');
    expect(row(1).querySelector('[role=alert]').textContent).toBe('There was no answer, but the change was made.');
    await click('tr[data-pk="1"] .row-alert .btn-close');
    expect($('[role=alert]')).toBeNull();
  });

  it('doesn’t matter if the frame arrived', async () => {
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

  it('may still arrive late', async () => {
    await lose();
    await pass(ANSWER_LIMIT + 1000);
    await end.reply({ action: 'updated', pk: 1, data: link(1, { name: 'New' }) });
    expect(field('name').value).toBe('New');
    await end.tell('links', 'update', 1, link(1, { name: 'New' }));
    expect(form()).toBeNull();
    expect(name(1)).toBe('New');
  });

  it('is assumed when the socket closes', async () => {
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

  it('leaves nothing running after unmounting', async () => {
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
  it('may change the row under a form: what was typed stays, the rest follows, and both are shown', async () => {
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

  it('is named, if the last to have changed it', async () => {
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

  it('may change tags: both changes are merged', async () => {
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

  it('may delete the row: what was typed can be saved as a new link', async () => {
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

  it('may delete the row while it is being saved', async () => {
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

  it('may have deleted the row without a frame', async () => {
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

describe('a field with a conflict', () => {
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

  it('shows both values, with a button for each', async () => {
    await meet();
    expect([field('name').value, form().querySelector('.field-name .now').textContent]).toEqual(['mine', 'Now: theirs']);
    expect(sides('name').map(button => button.getAttribute('aria-label'))).toEqual(['Take theirs: Name', 'Keep mine: Name']);
    const group = form().querySelector('.field-name .sides');
    expect([group.getAttribute('role'), $(`#${group.getAttribute('aria-labelledby')}`).textContent]).toEqual(['group', 'Now: theirs']);
  });

  it('can be resolved with theirs', async () => {
    await meet();
    await choose('name', THEIRS);
    expect(field('name').value).toBe('theirs');
    expect([sides('name').length, form().querySelector('.now'), form().querySelector('.theirs').textContent]).toEqual([0, null, '']);
    expect(active()).toBe($('.save-link'));
    await save();
    expect(end.asked()).toEqual([]);
    expect(name(1)).toBe('theirs');
  });

  it('can be resolved with mine, knowing theirs', async () => {
    await meet();
    await choose('name', MINE);
    expect([field('name').value, sides('name').length]).toEqual(['mine', 0]);
    expect(end.asked()).toEqual([]);
    await save();
    expect(requests()).toEqual([{
      stream: 'links', action: 'update', pk: 1, base: { name: 'theirs' }, data: { name: 'mine' }, named: true,
    }]);
  });

  it('asks again if it is changed again', async () => {
    await meet();
    await choose('name', MINE);
    await end.tell('links', 'update', 1, link(1, { name: 'theirs again' }));
    expect(form().querySelector('.field-name .now').textContent).toBe('Now: theirs again');
    expect(sides('name')).toHaveLength(2);
  });

  it('blocks the save until it is resolved, then completes it', async () => {
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

  it('needs no choice if both typed the same', async () => {
    await meet();
    await save();
    await type({ name: 'theirs' });
    expect([alert(), sides('name').length]).toEqual([undefined, 0]);
    await save();
    expect([form(), end.asked()]).toEqual([null, []]);
  });

  it('needs no choice if only one of them changed it', async () => {
    await open();
    await edit(1);
    await end.tell('links', 'update', 1, theirs);
    expect([field('name').value, sides('name').length]).toEqual(['theirs', 0]);
    await type({ name: 'mine, knowing theirs' });
    await save();
    expect(requests()[0]).toMatchObject({ base: { name: 'theirs' }, data: { name: 'mine, knowing theirs' } });
  });

  it('shows both values even if the server noticed first, and keeps what was typed', async () => {
    await refuse();
    expect([field('name').value, field('description').value]).toEqual(['mine', 'long']);
    expect(form().querySelector('.field-name .now').textContent).toBe('Now: theirs');
    expect($('[role=alert]').textContent).toContain('Choose a version');
    expect(active()).toBe(sides('name')[THEIRS]);
    expect(sides('description')).toEqual([]);
    await end.tell('links', 'update', 2, link(2, { name: 'other' }));
    expect(form().querySelector('.field-name .now').textContent).toBe('Now: theirs');
  });

  it('is sent with its new base value once mine is chosen', async () => {
    await refuse();
    await choose('name', MINE);
    expect(requests().at(-1)).toEqual({
      stream: 'links', action: 'update', pk: 1, named: true,
      base: { name: 'theirs', description: '' }, data: { name: 'mine', description: 'long' },
    });
    expect(name(1)).toBe('mine');
  });

  it('leaves the rest to be sent once theirs is chosen', async () => {
    await refuse();
    await choose('name', THEIRS);
    expect(requests().at(-1)).toMatchObject({ base: { description: '' }, data: { description: 'long' } });
    expect(Object.keys(requests().at(-1).data)).toEqual(['description']);
    expect(active()).toBe(row(1));
  });

  it('can be cancelled', async () => {
    await refuse();
    await press(active(), 'Escape');
    await end.tell('links', 'update', 1, theirs);
    expect([form(), name(1)]).toEqual([null, 'theirs']);
  });

  it('that no longer differs shows the server’s message', async () => {
    await open();
    await edit(1);
    await type({ name: 'mine' });
    await save();
    await end.reply(conflict(link(1, { name: 'mine' })));
    expect(alert()).toBe('Not done: Somebody else …');
  });

  it('moves the focus to the next choice', async () => {
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

  it('is explained in Spanish', async () => {
    document.documentElement.lang = 'es';
    await refuse();
    expect(sides('name').map(({ textContent }) => textContent)).toEqual(['Usar lo suyo', 'Conservar lo mío']);
    expect(alert()).toContain('Elige');
  });
});

describe('a deletion of a link that somebody else has changed', () => {
  const now = link(1, { name: 'theirs', tags: [6] });

  async function refuse() {
    await open();
    await remove(1);
    await end.reply({ action: 'error', code: 'conflict', message: 'm', errors: { name: ['…'] }, pk: 1, data: now });
  }

  it('shows what has changed, and deletes nothing', async () => {
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

  it('can be confirmed anyway', async () => {
    await refuse();
    await click('.delete-anyway');
    expect(requests().at(-1)).toMatchObject({ action: 'delete', pk: 1, base: { name: 'theirs', tags: [6] } });
    expect(row(1).contains(active())).toBe(true);
    await end.reply({ action: 'deleted', pk: 1 });
    expect(pks()).toEqual([2]);
  });

  it('refers to the row as it was when the visitor was asked', async () => {
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

  it('are changed over a stream of their own', async () => {
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

  it('are sent after the fields, and not if those are refused', async () => {
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

  it('that somebody has already removed count as removed', async () => {
    await open();
    await edit(1);
    fireEvent.click(tagBox(5));
    await save();
    await end.reply({ action: 'error', code: 'gone', message: 'm', errors: {} });
    expect(form()).toBeNull();
    await end.tell('links', 'update', 1, link(1));
    expect(tags(1)).toEqual([]);
  });

  it('are kept if their pairs can’t be read', async () => {
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

  it('has a form of its own, with the visitor as its user', async () => {
    await open();
    await click('.add-link');
    expect(active()).toBe(field('name'));
    expect(field('user').value).toBe('1');
    expect($('.add-link')).toBeNull();
    await press(field('url'), 'Escape');
    expect(form()).toBeNull();
    expect(active()).toBe($('.add-link'));
  });

  it('belongs to whom the server says if nobody was chosen', async () => {
    await open({ me: null });
    await click('.add-link');
    expect(field('user').selectedOptions[0].textContent).toBe('Nobody chosen');
    await type({ name: 'a', url: 'b' });
    await save();
    expect(requests()[0].data).toEqual({ name: 'a', url: 'b', description: '', pending: false });
    await end.reply({ action: 'error', code: 'invalid', errors: { user: ['Required.'] } });
    expect(error('user')).toBe('Required.');
  });

  it('shows at once, marked as in flight', async () => {
    await add();
    expect(pks()).toEqual([1, 2, -1]);
    expect(name(-1)).toBe('New');
    expect(row(-1).getAttribute('aria-busy')).toBe('true');
    expect(row(-1).querySelector('.edit-link').disabled).toBe(true);
    expect(active()).toBe($('.add-link'));
  });

  it('is a single row throughout, the same element, in either order', async () => {
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

  it('is told apart from a similar one by somebody else once answered', async () => {
    await add();
    await end.tell('links', 'create', 8, created());
    expect(pks()).toEqual([1, 2, 8]);
    await end.reply({ action: 'created', pk: 9, data: created() });
    expect(pks()).toEqual([1, 2, 8, 9]);
    await end.tell('links', 'create', 9, created());
    expect(pks()).toEqual([1, 2, 8, 9]);
  });

  it('that is refused leaves a similar row alone', async () => {
    await add();
    await end.tell('links', 'create', 8, created());
    await end.reply({ action: 'error', code: 'conflict', message: 'm', errors: {} });
    expect($('.new-links .link-form')).not.toBeNull();
    expect(row(8).querySelector('.edit-link').disabled).toBe(false);
  });

  it('that is refused keeps what was typed', async () => {
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

  it('that is never confirmed comes back with a warning, once', async () => {
    await add();
    await pass(ANSWER_LIMIT + 1000);
    expect(alert()).toContain('it isn’t clear');
    expect(pks()).toEqual([1, 2]);
    expect(loads()).toBe(2);
    expect(requests()).toHaveLength(1);
  });

  it('that is never confirmed is there if the rows include it', async () => {
    await add();
    api[LINKS] = [link(1), link(2), created()];
    await cut();
    await mend();
    expect(form()).toBeNull();
    expect(pks()).toEqual([1, 2, 9]);
    expect(row(9).querySelector('[role=alert]').textContent).toContain('the change was made');
  });

  it('that is never confirmed is there if its frame arrived', async () => {
    await add();
    await end.tell('links', 'create', 9, created());
    await pass(ANSWER_LIMIT + SOON);
    expect(form()).toBeNull();
    expect(row(9).querySelector('[role=alert]').textContent).toContain('the change was made');
  });

  it('survives rows that are loaded meanwhile', async () => {
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
  it('asks first, and can be cancelled with Escape', async () => {
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

  it('shows at once, completes with the answer or the frame, and moves the focus on', async () => {
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
    'that is refused as %s keeps the row and says so there', async (code, text) => {
      await open();
      await remove(1);
      await end.reply({ action: 'error', code, message: 'm', errors: {} });
      expect(row(1).className).toBe('');
      expect(row(1).querySelector('[role=alert]').textContent).toBe(text);
      expect(row(1).querySelector('.delete-link').disabled).toBe(false);
      await remove(1);
      expect($('[role=alert]')).toBeNull();
    });

  it('of a row that is gone succeeds', async () => {
    await open();
    await remove(1);
    api[LINKS] = [link(2)];
    await end.reply({ action: 'error', code: 'gone', message: 'm', errors: {} });
    expect(pks()).toEqual([2]);
    await pass(SETTLED);
    expect(pks()).toEqual([2]);
    expect($('[role=alert]')).toBeNull();
  });

  it('that is never confirmed keeps the row with a warning', async () => {
    await open();
    await remove(1);
    await pass(ANSWER_LIMIT + 1000);
    expect(row(1).querySelector('[role=alert]').textContent).toContain('it isn’t clear');
    expect(loads()).toBe(2);
    expect(requests()).toHaveLength(1);
  });

  it('of the last row keeps the focus on the page', async () => {
    api[LINKS] = [link(1)];
    await open();
    await remove(1);
    await end.tell('links', 'delete', 1);
    expect(active()).toBe($('.refresh'));
  });
});

describe('a draft survives a reload', () => {
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

  it('as a change of a row, and shows what somebody else has changed meanwhile', async () => {
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

  it('as a change of a row deleted meanwhile', async () => {
    await edit(2);
    await type({ name: 'mine' });
    api[LINKS] = [link(1)];
    await again();
    expect(field('name').value).toBe('mine');
    expect($('.again-link')).toBeTruthy();
  });

  it('as a change of a row on the next page of the API', async () => {
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

  it('and doesn’t take the focus until it is refused', async () => {
    await click('.add-link');
    await type({ name: 'half a', url: 'x' });
    await again();
    expect(active()).toBe(document.body);
    await save();
    await end.reply({ action: 'error', code: 'invalid', errors: { url: ['No.'] } });
    expect(form().contains(active())).toBe(true);
  });

  it.each([0, ANSWER_LIMIT])('even in flight, with the advice to check first, %d ms later', async milliseconds => {
    await click('.add-link');
    await type({ name: 'sent', url: 'https://sent.example/' });
    await save();
    await pass(milliseconds);
    await again();
    expect(field('name').value).toBe('sent');
    expect(alert()).toMatch(/There was no answer/);
  });

  it('but not once it is saved', async () => {
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

  it('for its author, while they have the permission', async () => {
    await edit(2);
    await type({ name: 'mine' });
    await again({ me: BOB });
    expect(forms()).toBe(0);
    await again({ me: null });
    expect(forms()).toBe(0);
    await again({ can: { add: true } });
    expect(forms()).toBe(0);
  });

  it('as a new link, only for a visitor who may add some', async () => {
    await click('.add-link');
    await type({ name: 'half a' });
    await again({ can: { change: true } });
    expect(forms()).toBe(0);
  });

  it('but not if it is blank', async () => {
    await click('.add-link');
    expect(kept()).toEqual([]);
  });

  it('but at most ten do', async () => {
    const drafts = [...'abcdefghijkl'].map(name => ({ pk: null, base: {}, values: { name } }));
    sessionStorage.setItem('links-drafts:alice', JSON.stringify(drafts));
    await again();
    expect(forms()).toBe(10);
  });

  it('but not a logout', async () => {
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

  it('up to a size limit', async () => {
    await edit(2);
    await type({ description: 'x'.repeat(100001) });
    expect(kept()).toEqual([]);
    await type({ description: 'x' });
    expect(kept()).toHaveLength(1);
  });

  it.each(['no json', '{}', '[1, {"pk": "x"}]', '[{"pk": null, "base": {}, "values": {"name": 5}}]'])('unless the storage holds something else: %s', async text => {
    sessionStorage.setItem('links-drafts:alice', text);
    await again();
    expect(pks()).toEqual([1, 2]);
  });

  it('unless the browser blocks the storage', async () => {
    vi.spyOn(Storage.prototype, 'getItem').mockImplementation(() => { throw new Error('SecurityError'); });
    vi.spyOn(Storage.prototype, 'setItem').mockImplementation(() => { throw new Error('SecurityError'); });
    await edit(2);
    await type({ name: 'mine' });
    await again();
    expect(forms()).toBe(0);
    expect(pks()).toEqual([1, 2]);
  });
});
