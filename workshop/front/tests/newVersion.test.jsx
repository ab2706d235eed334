import { act, fireEvent, render } from '@testing-library/react';
import { describe, expect, it } from 'vitest';

import ChatRooms from '../src/containers/ChatRooms';
import LinksDetail from '../src/containers/LinksDetail';
import UserList from '../src/containers/UserList';
import { isOutdated, VERSION } from '../src/utils/version';
import { input, openRoom, serveRoom, type } from './chatHelpers';
import { pass, serve, serveApi, serveUpdates, SOON } from './helpers';
import { openPrimer, serveExample } from './primerHelpers';

const told = () => document.querySelector('.new-version')?.textContent;
const TEXT = 'There is a new version of this page. Reload';
const NOTHING_NEW = [VERSION, VERSION - 1, undefined, null, String(VERSION + 1), Infinity];

it.each(NOTHING_NEW)('doesn’t consider version %j newer', version => {
  expect(isOutdated(version)).toBe(false);
});

describe('the links', () => {
  const sync = (end, version) => end.say({ stream: 'links', payload: { action: 'sync', seq: end.seq.links, version } });
  const open = async () => {
    serveApi({});
    const end = serveUpdates();
    const view = render(<LinksDetail links={[]} tags={[]} users={[]} me={{ id: 1, username: 'alice' }} can={{ add: true }} />);
    await pass(SOON);
    return { end, view };
  };

  it('say that there are newer pages, in the visitor’s language, and stay as they are', async () => {
    document.documentElement.lang = 'es';
    const { end } = await open();
    await sync(end, VERSION);
    expect(told()).toBeUndefined();
    await sync(end, VERSION + 1);
    expect(told()).toBe('Hay una versión nueva de esta página. Recargar');
    expect(document.querySelector('.new-version a').getAttribute('href')).toBe('');
    await sync(end, VERSION); // an old worker, during the deploy
    expect(told()).toBe('Hay una versión nueva de esta página. Recargar');
  });

  it('keep drafts until the page is reloaded, and beyond', async () => {
    const { end, view } = await open();
    await act(async () => document.querySelector('.add-link').click());
    const name = () => document.querySelector('.link-form [name="name"]');
    fireEvent.change(name(), { target: { value: 'half a link' } });
    await sync(end, VERSION + 1);
    expect(told()).toBe(TEXT);
    expect(name().value).toBe('half a link');
    view.unmount();
    render(<LinksDetail links={[]} tags={[]} users={[]} me={{ id: 1, username: 'alice' }} can={{ add: true }} />);
    await pass(SOON);
    expect(name().value).toBe('half a link');
  });
});

describe('a chat room', () => {
  it.each([[VERSION, undefined], [VERSION + 1, TEXT]])('learns of version %j from its hello', async (version, expected) => {
    await openRoom(serveRoom({ version }));
    expect(told()).toBe(expected);
  });

  it('keeps its draft', async () => {
    const end = serveRoom();
    const view = await openRoom(end);
    type('half a sentence');
    await end.break();
    end.hello.version = VERSION + 1;
    await end.comeBack();
    expect(told()).toBe(TEXT);
    expect(input().value).toBe('half a sentence');
    view.unmount();
    await openRoom(end);
    expect(input().value).toBe('half a sentence');
  });
});

describe.each([
  ['users', 'ws://localhost/users/', <UserList key="" users={[]} me="alice" />, { users: [] }],
  ['rooms', 'ws://localhost/ws/chat/', <ChatRooms key="" rooms={[]} me="alice" />, { type: 'rooms', rooms: [] }],
])('the list of %s', (_name, url, page, list) => {
  it('learns of it from the whole list', async () => {
    const end = serve(url);
    render(page);
    await pass(SOON);
    await end.say({ ...list, version: VERSION });
    expect(told()).toBeUndefined();
    await end.say({ ...list, version: VERSION + 1 });
    expect(told()).toBe(TEXT);
  });
});

it('is reported by the primer’s binding, too', async () => {
  serveApi({});
  const end = serveExample('binding');
  await openPrimer(['binding']);
  expect(told()).toBeUndefined();
  await end.say({ stream: 'intval', payload: { action: 'sync', seq: 1, version: VERSION + 1 } });
  expect(told()).toBe(TEXT);
});
