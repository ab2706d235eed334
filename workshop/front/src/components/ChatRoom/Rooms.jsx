import { memo } from 'react';
import PropTypes from 'prop-types';

import { unreadIn } from '../../utils/chat/rooms';
import { hasDraft } from '../../utils/chat/storage';
import { t } from '../../utils/chat/texts';
import { ROOMS_URL } from '../../utils/urls';
import Unread from '../Unread';
import './Rooms.css';

const Room = memo(({ name, url, unread, isHere, isDraft }) => (
  <li data-room={name} data-unread={unread}>
    <a href={url} aria-current={isHere ? 'page' : undefined}><bdi>#{name}</bdi></a>
    {isDraft && <span className="draft">{t('draft')}</span>}
    <Unread count={unread} />
  </li>
));

Room.displayName = 'Room';
Room.propTypes = {
  name: PropTypes.string.isRequired,
  url: PropTypes.string.isRequired,
  unread: PropTypes.number.isRequired,
  isHere: PropTypes.bool.isRequired,
  isDraft: PropTypes.bool.isRequired,
};

/** The list of rooms with their unread counts; in a narrow window, collapsed behind a button. */
export default function Rooms({ rooms, here, me, isOpen }) {
  return (
    <nav className="other-rooms" aria-label={t('rooms')}>
      <h2>{t('rooms')}</h2>
      <ul id="rooms" className={isOpen ? 'open' : ''}>
        {rooms.map(room => (
          <Room
            key={room.name} name={room.name} url={room.url} isHere={room.name === here}
            unread={room.name === here ? 0 : unreadIn(room)} isDraft={me !== null && room.name !== here && hasDraft(room.name, me)}
          />
        ))}
        <li><a href={ROOMS_URL}>{t('allRooms')}</a></li>
      </ul>
    </nav>
  );
}

Rooms.propTypes = {
  rooms: PropTypes.array.isRequired,
  here: PropTypes.string.isRequired,
  me: PropTypes.string,
  isOpen: PropTypes.bool.isRequired,
};
