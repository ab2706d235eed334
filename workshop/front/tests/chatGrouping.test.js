import { describe, expect, it } from 'vitest';

import { announcement } from '../src/utils/chat/announcement';
import { grouped } from '../src/utils/chat/grouping';
import { candidates, completed, isMentioned, mentionAt, mentionsIn } from '../src/utils/chat/mentions';
import { applyFrame, firstRooms, unreadIn } from '../src/utils/chat/rooms';
import { applyFrame as heard, firstRoom } from '../src/utils/chat/room';
import { DATA, bodies, body } from './chatHelpers';

const NOW = new Date(2026, 0, 2, 12, 0);
const at = (day, hour, minute) => new Date(2026, 0, day, hour, minute).toISOString();
const message = (number, user, timestamp, more = {}) => ({ kind: 'message', key: `m${number}`, number, user, timestamp, isMine: user === 'alice', ...more });
const shape = rows => rows.map(({ kind, number, follows }) => (kind === 'message' || kind === 'private' ? `${number}${follows ? '+' : ''}` : kind));

describe('messages', () => {
  it('from one person within five minutes form a group', () => {
    const rows = grouped([
      message(1, 'bob', at(2, 9, 0)), message(2, 'bob', at(2, 9, 5)), message(3, 'bob', at(2, 9, 11)),
      message(4, 'alice', at(2, 9, 11)), message(5, 'bob', at(2, 9, 12)),
    ], null, NOW);
    expect(shape(rows)).toEqual(['day', '1', '2+', '3', '4', '5']);
  });

  it('to different recipients form no group', () => {
    const to = (number, name, way = 'to') => ({ kind: 'private', key: `p${number}`, number, way, name, timestamp: at(2, 9, 0), isMine: way === 'to' });
    const rows = grouped([message(1, 'bob', at(2, 9, 0)), to(2, 'bob'), to(3, 'bob'), to(4, 'carol'), to(5, 'carol', 'from')], null, NOW);
    expect(shape(rows)).toEqual(['day', '1', '2', '3+', '4', '5']);
  });

  it('have a divider above each day, once, with a stable key', () => {
    const rows = grouped([message(1, 'bob', at(1, 23, 59)), message(2, 'bob', at(2, 0, 1)), message(3, 'bob', at(2, 0, 2))], null, NOW);
    expect(shape(rows)).toEqual(['day', '1', 'day', '2', '3+']);
    expect(rows.filter(({ kind }) => kind === 'day').map(({ key }) => key)).toEqual(['day 2026-01-01', 'day 2026-01-02']);
  });

  it('whose clocks differ around midnight repeat no divider', () => {
    const rows = grouped([message(1, 'bob', at(1, 23, 59)), message(2, 'bob', at(2, 0, 0)), message(3, 'bob', at(1, 23, 59)), message(4, 'carol', at(2, 0, 0))], null, NOW);
    expect(shape(rows)).toEqual(['day', '1', 'day', '2', '3+', '4']);
  });

  it('without a timestamp count as now: those still unsent', () => {
    const rows = grouped([message(1, 'alice', at(2, 11, 58)), message(null, 'alice', undefined), message(3, 'alice', 'never')], null, NOW);
    expect(shape(rows)).toEqual(['day', '1', 'null+', '3+']);
  });

  it('that are new have a divider above the first by somebody else', () => {
    const rows = bodies(1, 4).map(row => message(row.number, row.number === 3 ? 'alice' : 'bob', at(2, 9, 0)));
    expect(shape(grouped(rows, 2, NOW))).toEqual(['day', '1', '2+', '3', 'new', '4']);
    expect(shape(grouped(rows, 4, NOW))).not.toContain('new');
    expect(shape(grouped(rows, null, NOW))).not.toContain('new');
    expect(shape(grouped(rows, 0, NOW)).slice(0, 3)).toEqual(['day', 'new', '1']);
  });
});

describe('a mention', () => {
  const names = text => mentionsIn(text).filter(({ name }) => name !== null).map(({ name }) => name);

  it.each([
    ['@bob hi', ['bob']], ['hi @bob, and (@Ana-María)!', ['bob', 'Ana-María']], ['see @bob.', ['bob']], ['@a.b+c@d', ['a.b+c@d']],
    ['bob@example.org', []], ['@', []], ['@@bob', []], ['¿@ana?', ['ana']],
  ])('is a name after an @: %j', (text, found) => {
    expect(names(text)).toEqual(found);
    expect(mentionsIn(text).map(piece => piece.text).join('')).toBe(text);
  });

  it('is of me in any case, but as a whole', () => {
    expect(isMentioned('hi @Alice!', 'alice')).toBe(true);
    expect(isMentioned('hi @alicea', 'alice')).toBe(false);
    expect(isMentioned('hi alice', 'alice')).toBe(false);
    expect(isMentioned('hi @null', null)).toBe(false);
  });

  it('offers names while it is typed', () => {
    expect(mentionAt('hi @bo there', 6)).toEqual({ from: 3, query: 'bo' });
    expect(mentionAt('hi @', 4)).toEqual({ from: 3, query: '' });
    expect(mentionAt('hi @bob ', 8)).toBeNull();
    expect(mentionAt('a@b', 3)).toBeNull();
    expect(candidates(['Bob', 'alice', 'bo', 'carol'], 'bO', 'alice')).toEqual(['Bob', 'bo']);
    expect(candidates(['alice', 'bob'], '', 'alice')).toEqual(['bob']);
    expect(completed('hi @bo there', 6, 3, 'bob')).toEqual({ text: 'hi @bob there', caret: 8 });
  });
});

describe('the unread count', () => {
  const rooms = firstRooms([{ name: 'a', online: 0, number: 5, read: 2 }, { name: 'b', online: 0, number: 5, read: null }, { name: 'c', online: 0 }]);
  const unread = list => list.map(unreadIn);

  it('is what follows the read position, in rooms the visitor has been in', () => {
    expect(unread(rooms)).toEqual([3, 0, 0]);
  });

  it('follows new messages and other windows’ read positions, forward only', () => {
    const news = applyFrame(rooms, { type: 'room_news', room: 'a', number: 9 });
    expect(unread(news)).toEqual([7, 0, 0]);
    expect(unread(applyFrame(news, { type: 'room_news', room: 'a', number: 6 }))).toEqual([7, 0, 0]);
    const read = applyFrame(news, { type: 'room_read', room: 'a', number: 8 });
    expect(unread(read)).toEqual([1, 0, 0]);
    expect(unread(applyFrame(read, { type: 'room_read', room: 'a', number: 1 }))).toEqual([1, 0, 0]);
    expect(unread(applyFrame(read, { type: 'room_count', room: 'a', online: 4 }))).toEqual([1, 0, 0]);
  });

  it.each([{ type: 'room_news', room: 'a' }, { type: 'room_news', room: 'a', number: '9' }, { type: 'room_read', room: 'a', number: -1 },
    { type: 'room_news', room: 'z', number: 9 }])('ignores %j', frame => {
    expect(applyFrame(rooms, frame)).toEqual(rooms);
  });
});

describe('a screen reader announcement', () => {
  const hear = (room, frame) => heard(room, frame, { at: 0 });
  const room = firstRoom({ ...DATA, messages: bodies(11, 12), number: 12, more: true });

  it('is what somebody else has just said', () => {
    expect(announcement(room, hear(room, { type: 'chat_message', ...body(13, 'bob', 'hi') }))).toBe('bob: hi');
    expect(announcement(room, hear(room, { type: 'chat_message', ...body(13, 'alice', 'hi') }))).toBeNull();
    expect(announcement(room, hear(room, { type: 'private_message', user: 'bob', message: 'psst', timestamp: '', id: 'x' })))
      .toBe('private from bob: psst');
  });

  it('is a number if several messages arrived', () => {
    const after = { type: 'messages', after: 12, before: null, more: false, number: 14, messages: bodies(13, 14) };
    expect(announcement(room, hear(room, after))).toBe('2 new messages');
  });

  it('is never an old message', () => {
    const before = { type: 'messages', before: 11, after: null, more: false, number: 12, messages: bodies(1, 10) };
    const older = hear(room, before);
    expect(older.log.messages).toHaveLength(12);
    expect(announcement(room, older)).toBeNull();
    expect(announcement(room, room)).toBeNull();
  });
});
