/** The rooms of the list by name: [{ name, online, url }]. */
import { isObject } from '../frames';
import { roomUrl } from '../urls';
import { isRoomName } from './text';

const isCount = value => Number.isSafeInteger(value) && value >= 0;
const isRoom = row => isObject(row) && isRoomName(row.name) && isCount(row.online);

const toRoom = ({ name, online }) => ({ name, online, url: roomUrl(name) });

const ordered = rooms => [...rooms].sort((a, b) => a.name.localeCompare(b.name));

export const firstRooms = rows =>
  ordered(new Map((Array.isArray(rows) ? rows : []).filter(isRoom).map(row => [row.name, toRoom(row)])).values());

function setCount(rooms, row) {
  if (!isRoom(row)) return rooms;
  if (!rooms.some(({ name }) => name === row.name)) return ordered([...rooms, toRoom(row)]);
  return rooms.map(room => (room.name === row.name ? toRoom(row) : room));
}

export function applyFrame(rooms, frame) {
  switch (frame.type) {
    case 'rooms': return firstRooms(frame.rooms);
    case 'room_count': return setCount(rooms, { name: frame.room, online: frame.online });
    case 'room_closed': return rooms.filter(({ name }) => name !== frame.room);
    default: return rooms;
  }
}
