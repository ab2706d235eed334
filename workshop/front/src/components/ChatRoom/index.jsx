import { useState } from 'react';
import PropTypes from 'prop-types';

import { grouped } from '../../utils/chat/grouping';
import { itemsOf } from '../../utils/chat/items';
import { isFull } from '../../utils/chat/outbox';
import Announcer from './Announcer';
import Composer from './Composer';
import Divider from './Divider';
import Item from './Item';
import Log from './Log';
import NewMessages from './NewMessages';
import Notice from './Notice';
import People from './People';
import Rooms from './Rooms';
import Toolbar from './Toolbar';
import Typing from './Typing';
import '../../styles/live.css';
import './index.css';
import './narrow.css';

const isDivider = ({ kind }) => kind === 'day' || kind === 'new';

export default function ChatRoomComponent({
  room, rooms, mark, connection, updatedAt, isStuck, below, draft, to, inputRef, write, onType, onTo, onSay, onStuck, onEnd, onOlder,
}) {
  const [open, setOpen] = useState(null);
  const isLive = connection === 'connected' && !room.ended;
  const { me, log, outbox } = room;
  const canEdit = draft.trim() === '' && room.mayWrite;
  const onToggle = of => setOpen(open === of ? null : of);
  return (
    <section className="chat-room" data-connected={isLive} data-may-write={room.mayWrite}>
      <Toolbar {...{ room, rooms, connection, updatedAt, open, onToggle }} />
      <Notice me={me} isClosed={room.closed} mayWrite={room.mayWrite} />
      <div className="chat-columns">
        <Rooms rooms={rooms} here={room.room} me={me} isOpen={open === 'rooms'} />
        {!room.ended && <People users={room.users} me={me} isOpen={open === 'people'} onPrivate={write.onPrivate} />}
        <div className="chat-main">
          <Log
            room={room.room} isStuck={isStuck} onStuck={onStuck}
            hasMore={log.more} isLoading={room.older} onOlder={onOlder}
          >
            {grouped(itemsOf(room), mark).map(({ key, ...row }) => (isDivider(row)
              ? <Divider key={key} {...row} />
              : <Item key={key} {...row} me={me} write={write} isLive={!row.status || isLive} canEdit={!row.status || canEdit} />))}
          </Log>
          <NewMessages count={isStuck ? 0 : below} onShow={onEnd} />
          {me !== null && <Typing names={[...room.typing.keys()]} />}
          {me !== null && (
            <Composer
              room={room.room} me={me} users={room.users} draft={draft} to={to} isDisabled={!room.mayWrite} isFull={isFull(outbox)}
              inputRef={inputRef} onType={onType} onTo={onTo} onSay={onSay}
            />
          )}
        </div>
      </div>
      <Announcer room={room} />
    </section>
  );
}

ChatRoomComponent.propTypes = {
  room: PropTypes.object.isRequired,
  rooms: PropTypes.array.isRequired,
  mark: PropTypes.number,
  connection: PropTypes.string.isRequired,
  updatedAt: PropTypes.number,
  isStuck: PropTypes.bool.isRequired,
  below: PropTypes.number.isRequired,
  draft: PropTypes.string.isRequired,
  to: PropTypes.string,
  inputRef: PropTypes.object.isRequired,
  write: PropTypes.object.isRequired,
  onType: PropTypes.func.isRequired,
  onTo: PropTypes.func.isRequired,
  onSay: PropTypes.func.isRequired,
  onStuck: PropTypes.func.isRequired,
  onEnd: PropTypes.func.isRequired,
  onOlder: PropTypes.func.isRequired,
};
