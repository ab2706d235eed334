/**
 * The room list, sorted by name: [{ name, online, url, number, read }].
 *
 * `number` is the newest message known, `read` the visitor's read position, or null where they have never
 * been.
 */
import { isObject } from '../frames';
import { roomUrl } from '../urls';
import { isRoomName } from './text';

const isCount = value => Number.isSafeInteger(value) && value >= 0;
const isRoom = row => isObject(row) && isRoomName(row.name) && isCount(row.online);

const toRoom = ({ name, online, number, read }) => ({
  name, online, url: roomUrl(name), number: isCount(number) ? number : 0, read: isCount(read) ? read : null,
});

const ordered = rooms => [...rooms].sort((a, b) => a.name.localeCompare(b.name));

export const firstRooms = rows =>
  ordered(new Map((Array.isArray(rows) ? rows : []).filter(isRoom).map(row => [row.name, toRoom(row)])).values());

const change = (rooms, name, fields) => rooms.map(room => (room.name === name ? { ...room, ...fields(room) } : room));

function setCount(rooms, row) {
  if (!isRoom(row)) return rooms;
  if (!rooms.some(({ name }) => name === row.name)) return ordered([...rooms, toRoom(row)]);
  return change(rooms, row.name, () => ({ online: row.online }));
}

/** A room's unread count; it includes messages deleted since. */
export const unreadIn = ({ number, read }) => (read === null ? 0 : Math.max(0, number - read));

export function applyFrame(rooms, frame) {
  const { room: name, number } = frame;
  switch (frame.type) {
    case 'rooms': return firstRooms(frame.rooms);
    case 'room_count': return setCount(rooms, { name, online: frame.online });
    case 'room_closed': return rooms.filter(room => room.name !== name);
    case 'room_news': return isCount(number) ? change(rooms, name, room => ({ number: Math.max(number, room.number) })) : rooms;
    case 'room_read': return isCount(number) ? change(rooms, name, room => ({ read: Math.max(number, room.read ?? 0) })) : rooms;
    default: return rooms;
  }
}
