import { act, fireEvent, render } from '@testing-library/react';
import { expect, it, vi } from 'vitest';

import LinksDetail from '../src/containers/LinksDetail';
import { pass, serveUpdates, SOON } from './helpers';

const ME = { id: 1, username: 'alice' };
const CAN = { add: true, change: true, delete: true };
const HEAD = '<nav><b id="me">alice</b></nav>';
const LINK = { id: 1, name: 'One', url: 'https://one.example/', description: '', pending: false, tags: [], user: 1 };
const $ = selector => document.querySelector(selector);

async function open(can = CAN) {
  document.body.insertAdjacentHTML('afterbegin', HEAD);
  const page = `${HEAD}<main></main><script type="application/json">${JSON.stringify({ can })}</script>`;
  const api = async url => (url.startsWith('/links/api/')
    ? { ok: true, json: async () => ({ count: 0, next: null, results: url.includes('/links/api/links/') ? [LINK] : [] }) }
    : { text: async () => page });
  vi.stubGlobal('fetch', vi.fn(api));
  render(<LinksDetail links={[LINK]} tags={[]} users={[ME]} can={CAN} me={ME} />);
  await pass(SOON);
}

async function save(name) {
  fireEvent.click($('.add-link'));
  fireEvent.change($('.new-links [name="name"]'), { target: { value: name } });
  fireEvent.change($('.new-links [name="url"]'), { target: { value: 'https://new.example/' } });
  await act(async () => fireEvent.submit($('.new-links form')));
  await pass(SOON);
}

it('retries what was refused for want of a session, but only once', async () => {
  const end = serveUpdates();
  await open();
  await save('kept');
  const refusal = { action: 'error', code: 'forbidden', message: '', errors: {} };
  await end.reply(refusal);
  await pass(2 * SOON);
  expect(end.made).toHaveLength(2);
  expect(end.asked().map(({ payload }) => payload.data.name)).toEqual(['kept', 'kept']);
  await end.reply(refusal);
  await pass(2 * SOON);
  expect(end.made).toHaveLength(2);
  expect(end.asked()).toHaveLength(2);
  expect($('.new-links [name="name"]').value).toBe('kept');
  expect($('.form-alert').textContent).toContain('may not');
});

it('takes the buttons from a visitor who has come back with fewer permissions', async () => {
  const end = serveUpdates();
  await open({ add: false, change: true, delete: false });
  expect($('.add-link')).toBeTruthy();
  await act(async () => end.server.close({ code: 4401, reason: '', wasClean: true }));
  end.stop();
  end.start();
  await pass(1000 + SOON);
  expect($('.links-detail').dataset.connected).toBe('true');
  expect($('.add-link')).toBeNull();
});
