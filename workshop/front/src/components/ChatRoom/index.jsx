import PropTypes from 'prop-types';

import { itemsOf } from '../../utils/chat/items';
import { isFull } from '../../utils/chat/outbox';
import { t } from '../../utils/chat/texts';
import { ROOMS_URL } from '../../utils/urls';
import Bell from '../Bell';
import ConnectionBadge from '../ConnectionBadge';
import Composer from './Composer';
import Item from './Item';
import Log from './Log';
import NewMessages from './NewMessages';
import Notice from './Notice';
import People from './People';
import Typing from './Typing';
import '../../styles/live.css';
import './index.css';

export default function ChatRoomComponent({
  room, connection, updatedAt, isStuck, below, draft, inputRef, write, onType, onSay, onStuck, onEnd, onOlder,
}) {
  const isLive = connection === 'connected' && !room.ended;
  const { me, log, outbox } = room;
  const canEdit = draft.trim() === '' && room.mayWrite;
  return (
    <section className="chat-room" data-connected={isLive} data-may-write={room.mayWrite}>
      <div className="toolbar">
        <a href={ROOMS_URL}>{t('allRooms')}</a>
        {!room.ended && <ConnectionBadge state={connection} updatedAt={updatedAt} />}
        {me !== null && <Bell />}
      </div>
      <Notice me={me} isClosed={room.closed} mayWrite={room.mayWrite} />
      <div className="chat-columns">
        {!room.ended && <People users={room.users} me={me} onPrivate={write.onPrivate} />}
        <div className="chat-main">
          <Log
            room={room.room} isStuck={isStuck} onStuck={onStuck}
            hasMore={log.more} isLoading={room.older} onOlder={onOlder}
          >
            {itemsOf(room).map(({ key, ...item }) => (
              <Item key={key} {...item} write={write} isLive={!item.status || isLive} canEdit={!item.status || canEdit} />
            ))}
          </Log>
          <NewMessages count={isStuck ? 0 : below} onShow={onEnd} />
          {me !== null && <Typing names={[...room.typing.keys()]} />}
          {me !== null && (
            <Composer
              room={room.room} draft={draft} isDisabled={!room.mayWrite} isFull={isFull(outbox)}
              inputRef={inputRef} onType={onType} onSay={onSay}
            />
          )}
        </div>
      </div>
    </section>
  );
}

ChatRoomComponent.propTypes = {
  room: PropTypes.object.isRequired,
  connection: PropTypes.string.isRequired,
  updatedAt: PropTypes.number,
  isStuck: PropTypes.bool.isRequired,
  below: PropTypes.number.isRequired,
  draft: PropTypes.string.isRequired,
  inputRef: PropTypes.object,
  write: PropTypes.object.isRequired,
  onType: PropTypes.func.isRequired,
  onSay: PropTypes.func.isRequired,
  onStuck: PropTypes.func.isRequired,
  onEnd: PropTypes.func.isRequired,
  onOlder: PropTypes.func.isRequired,
};
