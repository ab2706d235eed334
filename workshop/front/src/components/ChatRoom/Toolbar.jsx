import PropTypes from 'prop-types';

import { unreadIn } from '../../utils/chat/rooms';
import { t } from '../../utils/chat/texts';
import ConnectionBadge from '../ConnectionBadge';
import Unread from '../Unread';
import Toggle from './Toggle';

const unreadElsewhere = (rooms, here) =>
  rooms.filter(({ name }) => name !== here).reduce((sum, room) => sum + unreadIn(room), 0);

/** The room's name, its connection state and the toggles, on one line. */
export default function Toolbar({ room, rooms, connection, updatedAt, open, onToggle }) {
  const toggle = of => ({ of, onToggle, isOpen: open === of });
  return (
    <div className="toolbar">
      <h1 className="h3">#{room.room}</h1>
      {!room.ended && <ConnectionBadge state={connection} updatedAt={updatedAt} />}
      <span className="toggles">
        <Toggle {...toggle('rooms')} sign="☰" label={t('rooms')}> <Unread count={unreadElsewhere(rooms, room.room)} /></Toggle>
        {!room.ended && (
          <Toggle {...toggle('people')} sign={<span className="dot" />} label={`${t('onlineUsers')} (${room.users.length})`}>
            {' '}<span aria-hidden="true">{room.users.length}</span>
          </Toggle>
        )}
      </span>
    </div>
  );
}

Toolbar.propTypes = {
  room: PropTypes.object.isRequired,
  rooms: PropTypes.array.isRequired,
  connection: PropTypes.string.isRequired,
  updatedAt: PropTypes.number,
  open: PropTypes.string,
  onToggle: PropTypes.func.isRequired,
};
