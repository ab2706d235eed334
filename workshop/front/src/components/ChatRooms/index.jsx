import { memo } from 'react';
import PropTypes from 'prop-types';

import { unreadIn } from '../../utils/chat/rooms';
import { t } from '../../utils/chat/texts';
import ConnectionBadge from '../ConnectionBadge';
import Unread from '../Unread';
import RoomForm from './RoomForm';
import '../../styles/list.css';
import '../../styles/live.css';
import './index.css';

const Room = memo(({ name, online, url, unread }) => (
  <li className="list-group-item" data-room={name} data-online={online} data-unread={unread}>
    <a href={url}>#{name}</a>
    <Unread count={unread} />
    <span className="presence">
      <span className="dot" aria-hidden="true" />
      {t('onlineCount', { n: online })}
    </span>
  </li>
));

Room.displayName = 'Room';
Room.propTypes = {
  name: PropTypes.string.isRequired,
  online: PropTypes.number.isRequired,
  url: PropTypes.string.isRequired,
  unread: PropTypes.number.isRequired,
};

export default function ChatRoomsComponent({ rooms, me, connection, updatedAt, onGo }) {
  return (
    <section className="chat-rooms" data-connected={connection === 'connected'}>
      <RoomForm isGuest={me === null} onGo={onGo} />
      <div className="toolbar">
        <ConnectionBadge state={connection} updatedAt={updatedAt} />
      </div>
      {rooms.length > 0 ? (
        <ul className="list-group" aria-label={t('roomsLabel')}>
          {rooms.map(({ name, online, url, ...room }) => <Room key={name} {...{ name, online, url }} unread={unreadIn(room)} />)}
        </ul>
      ) : <p className="empty">{t('noRooms')}</p>}
    </section>
  );
}

ChatRoomsComponent.propTypes = {
  rooms: PropTypes.array.isRequired,
  me: PropTypes.string,
  connection: PropTypes.string.isRequired,
  updatedAt: PropTypes.number,
  onGo: PropTypes.func.isRequired,
};
