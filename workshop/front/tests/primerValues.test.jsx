import { act } from '@testing-library/react';
import { beforeEach, describe, expect, it, vi } from 'vitest';

import { applyAnswer, applyFrame, asked, firstRows, getValues } from '../src/utils/primer/values';
import { pass, show, SOON } from './helpers';
import { frames, hint, isDisabled, openPrimer, serveExample, slotOf, type } from './primerHelpers';

const GRACE = 1000;
const JITTER = 1000;

const valueOf = (pk, value, name = `v${pk}`) => ({ pk, data: { name, value } });

let end;
let seq;
let served;
let fetch;

const tell = (action, pk, data, number = (seq += 1)) =>
  end.say({ stream: 'intval', payload: { action, pk, data, model: 'primer.integervalue', seq: number } });
const sent = () => end.frames.map(text => JSON.parse(text).payload).filter(({ action }) => action !== 'sync');
const reply = (payload, at = -1) =>
  end.say({ stream: 'intval', payload: { ...payload, request_id: sent().at(at).request_id } });
const rows = () => [...slotOf('binding').querySelectorAll('tr[data-pk]')]
  .map(row => [row.querySelector('th').textContent, row.querySelector('.value').textContent]);
const button = label => slotOf('binding').querySelector(`[aria-label="${label}"]`);
async function press(label) {
  await act(async () => button(label).click());
  await pass(SOON);
}
const add = () => act(async () => slotOf('binding').querySelector('.live-form button').click());
const rightsOf = () => slotOf('binding').querySelector('.rights');
const refusalOf = pk => slotOf('binding').querySelector(`tr[data-pk="${pk}"] .refusal`)?.textContent ?? '';
const refusalOfNew = () => slotOf('binding').querySelector('.live-form .refusal')?.textContent ?? '';
const typed = pk => slotOf('binding').querySelector(`[name="set-${pk}"]`).value;
const loads = () => fetch.mock.calls.length;

beforeEach(() => {
  vi.spyOn(Math, 'random').mockReturnValue(0.5);
  seq = 100;
  served = [valueOf(1, 10), valueOf(2, 20)];
  end = serveExample('binding');
  end.onConnection = socket => setTimeout(() => socket.send(
    JSON.stringify({ stream: 'intval', payload: { action: 'sync', seq } })), 1);
  fetch = vi.fn(async () => ({ ok: true, status: 200, json: async () => ({ values: served }) }));
  vi.stubGlobal('fetch', fetch);
});

const open = props => openPrimer(['binding'], { values: [valueOf(2, 20), valueOf(1, 10)], ...props });

describe('the values', () => {
  it('are the page’s, and fetched alone once the socket has joined', async () => {
    served = [valueOf(1, 11)];
    await open();
    expect(loads()).toBe(1);
    expect(fetch.mock.calls[0][0]).toBe('/primer/values/');
    expect(rows()).toEqual([['v1', '11']]);
    await pass(GRACE + JITTER + SOON);
    expect(loads()).toBe(1);
  });

  it('follow the frames', async () => {
    await open();
    await tell('update', 2, { name: 'v2', value: 21 });
    await tell('create', 3, { name: '<b>', value: -1 });
    await tell('delete', 1, { name: 'v1', value: 10 });
    expect(rows()).toEqual([['v2', '21'], ['<b>', '-1']]);
    expect(slotOf('binding').querySelector('b')).toBeNull();
  });

  it('highlight what has changed', async () => {
    await open();
    const classOf = () => slotOf('binding').querySelector('[data-pk="1"]').className;
    expect(classOf()).toBe('');
    await tell('update', 1, { name: 'v1', value: 11 });
    expect(classOf()).toBe('flash-odd');
    await tell('update', 1, { name: 'v1', value: 11 });
    expect(classOf()).toBe('flash-odd');
    await tell('update', 1, { name: 'v1', value: 12 });
    expect(classOf()).toBe('flash-even');
  });

  it('are not overwritten by an older frame', async () => {
    await open();
    seq += 1;
    const old = seq;
    await tell('update', 1, { value: 12 });
    await tell('update', 1, { value: 11 }, old);
    expect(rows()[0]).toEqual(['v1', '12']);
    await pass(GRACE + JITTER);
    expect(loads()).toBe(1);
  });

  it.each(['gap', 'reload'])('are fetched again after a %s', async what => {
    await open();
    served = [valueOf(1, 99)];
    seq += what === 'gap' ? 1 : 0;
    if (what === 'gap') await tell('update', 2, { value: 21 });
    else await tell('reload');
    await pass(GRACE + JITTER);
    expect(rows()).toEqual([['v1', '99']]);
    expect(loads()).toBe(2);
  });

  it('say if they could not be loaded, and are fetched again', async () => {
    fetch.mockImplementation(async () => ({ ok: false, status: 503 }));
    await open();
    expect(hint('binding')).toContain('could not be loaded');
    expect(rows()).toHaveLength(2);
    fetch.mockImplementation(async () => ({ ok: true, json: async () => ({ values: [valueOf(5, 5)] }) }));
    await pass(6000);
    expect(hint('binding')).toBe('');
    expect(rows()).toEqual([['v5', '5']]);
  });

  it('may be none', async () => {
    served = [];
    await open({ values: [] });
    expect(slotOf('binding').textContent).toContain('There are no values yet.');
  });

  it('request the newest number when the page becomes visible, if connected', async () => {
    await open();
    const syncs = () => end.frames.filter(text => text.includes('"sync"')).length;
    await show();
    await pass(SOON);
    expect(syncs()).toBe(1);
    await end.say({ stream: 'intval', payload: { action: 'sync', seq } });
    expect(frames('binding').at(-1)[2]).toMatch(/ms$/);
    await act(async () => end.stop());
    await pass(SOON);
    await show();
    expect(syncs()).toBe(1);
  });

  it('are fetched again after a reconnect, and numbers count from there', async () => {
    await open();
    await act(async () => end.stop());
    served = [valueOf(1, 77)];
    await pass(SOON);
    seq = 7;
    end.start();
    await pass(1000);
    expect(rows()).toEqual([['v1', '77']]);
    await tell('update', 1, { value: 78 });
    expect(rows()).toEqual([['v1', '78']]);
    await pass(GRACE + JITTER);
    expect(loads()).toBe(2);
  });

  it('start over if the newest number went back', async () => {
    await open();
    await show();
    await pass(SOON);
    seq = 50;
    served = [valueOf(1, 5)];
    await end.say({ stream: 'intval', payload: { action: 'sync', seq } });
    await pass(GRACE + JITTER);
    expect(rows()).toEqual([['v1', '5']]);
  });
});

describe('a change', () => {
  it.each([['Add one to “v1”', 11], ['Take one from “v1”', 9]])('%s', async (label, value) => {
    await open();
    await press(label);
    expect(sent()).toEqual([{ action: 'update', pk: 1, data: { value }, request_id: '1' }]);
    expect(rows()[0]).toEqual(['v1', '10']);
    await tell('update', 1, { name: 'v1', value });
    expect(rows()[0]).toEqual(['v1', String(value)]);
    expect(frames('binding').at(-1)[2]).toBeUndefined();
    await reply({ action: 'updated', pk: 1, data: { name: 'v1', value } });
    expect(frames('binding').at(-1)[2]).toMatch(/ms$/);
  });

  it('sets a value', async () => {
    await open();
    await press('Set “v2”');
    expect(sent()).toEqual([]);
    type('binding', 'set-2', '-5');
    await press('Set “v2”');
    expect(sent()).toEqual([{ action: 'update', pk: 2, data: { value: -5 }, request_id: '1' }]);
    expect(typed(2)).toBe('-5');
    await reply({ action: 'updated', pk: 2, data: { name: 'v2', value: -5 } });
    expect(typed(2)).toBe('');
  });

  it('keeps what is typed while it is in flight', async () => {
    await open();
    type('binding', 'set-2', '-5');
    await press('Set “v2”');
    type('binding', 'set-2', '-55');
    await reply({ action: 'updated', pk: 2, data: { name: 'v2', value: -5 } });
    expect(typed(2)).toBe('-55');
  });

  it.each(['rate_limited', 'invalid', 'forbidden', 'gone', 'conflict'])('that is refused keeps what was typed: %s', async code => {
    await open();
    type('binding', 'set-2', '-5');
    await press('Set “v2”');
    await reply({ action: 'error', code, message: 'No.', errors: {} });
    expect(typed(2)).toBe('-5');
    expect(refusalOf(2)).not.toBe('');
    expect(button('Value of “v2”').getAttribute('aria-describedby')).toBe(slotOf('binding').querySelector('.refusal').id);
  });

  it('that could not be sent keeps what was typed, and says so until connected', async () => {
    await open();
    type('binding', 'set-2', '-5');
    const broken = vi.spyOn(end.made[0], 'readyState', 'get').mockReturnValue(WebSocket.CLOSING);
    await press('Set “v2”');
    broken.mockRestore();
    expect(typed(2)).toBe('-5');
    expect(refusalOf(2)).toContain('Not connected');
    expect(hint('binding')).toBe('');
    await press('Add one to “v1”');
    await reply({ action: 'error', code: 'forbidden', message: 'No.' });
    await act(async () => end.stop());
    end.start();
    await pass(1000);
    expect([refusalOf(1), refusalOf(2)]).toEqual(['You may not do this.', '']);
    expect(typed(2)).toBe('-5');
  });

  it('without an answer keeps what was typed', async () => {
    await open();
    type('binding', 'set-2', '-5');
    await press('Set “v2”');
    await pass(10000 + SOON);
    expect(typed(2)).toBe('-5');
    expect(refusalOf(2)).toContain('There was no answer');
  });

  it('adds one', async () => {
    await open();
    await add();
    expect(sent()).toEqual([]); // It has no name yet.
    type('binding', 'name', 'new');
    type('binding', 'value', '7');
    await add();
    await pass(SOON);
    expect(sent()).toEqual([{ action: 'create', data: { name: 'new', value: 7 }, request_id: '1' }]);
  });

  it('deletes one', async () => {
    await open();
    await press('Delete “v1”');
    expect(sent()).toEqual([{ action: 'delete', pk: 1, request_id: '1' }]);
  });

  it('that is refused says why beside its row, until it is retried', async () => {
    await open();
    await press('Add one to “v1”');
    await reply({ action: 'error', code: 'invalid', message: 'Not valid.', errors: { value: ['Too large.'] } });
    expect(refusalOf(1)).toBe('The number is too large, too small or not whole.');
    expect([refusalOf(2), refusalOfNew(), hint('binding')]).toEqual(['', '', '']);
    await press('Add one to “v2”');
    await reply({ action: 'error', code: 'conflict', message: 'No.' });
    expect(refusalOf(1)).not.toBe('');
    expect(refusalOf(2)).toContain('This conflicts');
    await press('Take one from “v1”');
    expect(refusalOf(1)).toBe('');
    expect(refusalOf(2)).not.toBe('');
    expect(loads()).toBe(1);
  });

  it('that is refused for a new row says why beside the form, which keeps what was typed', async () => {
    await open();
    type('binding', 'name', 'v1');
    await add();
    await pass(SOON);
    await reply({ action: 'error', code: 'invalid', message: 'Not valid.', errors: { name: ['Taken.'] } });
    expect(refusalOfNew()).toBe('This name is taken, or isn’t valid: choose another.');
    expect(slotOf('binding').querySelector('[name=name]').value).toBe('v1');
    await press('Add one to “v2”');
    expect(refusalOfNew()).not.toBe('');
    await add();
    expect(refusalOfNew()).toBe('');
  });

  it('that is rate limited says when to retry, in the page’s language', async () => {
    document.documentElement.lang = 'es';
    await open();
    await press('Sumar uno a «v1»');
    await reply({ action: 'error', code: 'rate_limited', message: 'Too many.', errors: {}, retry_after: 3.2 });
    expect(refusalOf(1)).toBe('Demasiado rápido: el servidor acepta el próximo en 4 s.');
  });

  it('of a deleted row loads the values again', async () => {
    await open();
    await press('Delete “v1”');
    served = [];
    await reply({ action: 'error', code: 'gone', message: 'Gone.' });
    await pass(JITTER);
    expect(rows()).toEqual([]);
    expect(hint('binding')).toBe('“v1” has since been deleted.');
    type('binding', 'name', 'new');
    await add();
    expect(hint('binding')).toBe('');
  });

  it('without an answer says so, and loads the values again', async () => {
    await open();
    await press('Add one to “v1”');
    await pass(10000);
    expect(refusalOf(1)).toContain('There was no answer');
    await pass(JITTER);
    expect(loads()).toBe(2);
  });

  it('whose connection is lost says so at once', async () => {
    await open();
    await press('Add one to “v1”');
    await act(async () => end.stop());
    await pass(SOON);
    expect(refusalOf(1)).toContain('There was no answer');
  });

  it('is not offered without permission', async () => {
    await open({ can: { add: false, change: false, delete: false } });
    expect(slotOf('binding').querySelectorAll('form, td button')).toHaveLength(0);
    expect(rows()).toHaveLength(2);
  });

  it.each([['/login/?next=x', 'values here. Log in'], [null, 'Your account has no permission']])(
    'without permission says why (login: %s)', async (login, text) => {
      await open({ can: { add: false, change: false, delete: false }, login });
      expect(rightsOf().textContent).toContain(text);
      expect(rightsOf().querySelector('a')?.getAttribute('href') ?? null).toBe(login);
    });

  it('says nothing about permissions to those who have one', async () => {
    await open({ can: { add: false, change: true, delete: false }, login: '/login/' });
    expect(rightsOf()).toBeNull();
  });

  it('links to the admin for those who may use it', async () => {
    await open({ admin: '/admin/values/' });
    expect(rightsOf().querySelector('a').getAttribute('href')).toBe('/admin/values/');
  });

  it('is not offered while disconnected', async () => {
    await open();
    expect(isDisabled('binding', '+')).toBe(false);
    await act(async () => end.stop());
    await pass(SOON);
    ['−', '+', 'Set', 'Delete', 'Add'].forEach(text => expect(isDisabled('binding', text)).toBe(true));
  });
});

describe('rows', () => {
  const frame = (action, pk, data, number, stream = 'intval') => ({ stream, payload: { action, pk, data, seq: number } });

  it('keep the frames that arrived after the request', () => {
    const state = applyFrame(asked(firstRows([valueOf(1, 1)])), frame('update', 1, { value: 3 }, 5));
    expect(applyAnswer(state, [valueOf(1, 2), valueOf(2, 2)]).values.map(({ value }) => value)).toEqual([3, 2]);
  });

  it.each([
    null, {}, { stream: 'intval' }, frame('update', 'x', {}), frame('update', 1, null), frame('explode', 1, {}),
    frame('delete', 1, null, 3, 'links'), frame('update', 1, { name: 3, value: 'x' }),
  ])('ignore %j', what => {
    const state = firstRows([valueOf(1, 1)]);
    expect(applyFrame(state, what).values).toEqual(state.values);
  });

  it('leave out invalid ones', () => {
    expect(firstRows([null, {}, { pk: 'x', data: {} }, { pk: 1 }, valueOf(2, 2)]).values.map(({ pk }) => pk)).toEqual([2]);
  });

  it('are not read from an answer without any', async () => {
    fetch.mockImplementation(async () => ({ ok: true, json: async () => ({}) }));
    await expect(getValues('/x/')).rejects.toThrow('no values from /x/');
  });
});
