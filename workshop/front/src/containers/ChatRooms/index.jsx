import { useEffect, useReducer, useState } from 'react';
import PropTypes from 'prop-types';

import ChatRoomsComponent from '../../components/ChatRooms';
import NewVersion from '../../components/NewVersion';
import Socket from '../../components/Socket';
import { CONNECTED, CONNECTING } from '../../components/Socket/turns';
import { applyFrame, firstRooms } from '../../utils/chat/rooms';
import { parseFrame } from '../../utils/frames';
import { hearNotice } from '../../utils/notices';
import Pulse from '../../utils/pulse';
import { ROOMS_WS_URL } from '../../utils/urls';
import { isOutdated } from '../../utils/version';

/** An invalid request, refused without sending the list: a cheap sign of life. */
const BEAT = '';

const goTo = url => window.location.assign(url);

export default function ChatRooms({ rooms: first, me, onGo = goTo }) {
  const [rooms, dispatch] = useReducer(applyFrame, first, firstRooms);
  const [connection, setConnection] = useState(CONNECTING);
  const [updatedAt, setUpdatedAt] = useState(null);
  const [isOld, setOld] = useState(false);
  const [pulse] = useState(() => new Pulse({ action: 'rooms' }, BEAT));

  useEffect(() => {
    pulse.start();
    return () => pulse.stop();
  }, [pulse]);

  const _onState = (state, heardAt) => {
    if (state !== CONNECTED) pulse.closed();
    setConnection(state);
    setUpdatedAt(heardAt);
  };

  const _onUpdate = event => {
    pulse.heard();
    const frame = parseFrame(event);
    if (!frame || hearNotice(frame)) return;
    if (isOutdated(frame.version)) setOld(true);
    dispatch(frame);
  };

  return (
    <>
      {isOld && <NewVersion />}
      <ChatRoomsComponent rooms={rooms} me={me} connection={connection} updatedAt={updatedAt} onGo={onGo} />
      <Socket
        url={ROOMS_WS_URL} onOpen={(send, restart) => pulse.opened(send, restart)}
        onMessage={_onUpdate} onState={_onState}
      />
    </>
  );
}

ChatRooms.propTypes = {
  rooms: PropTypes.array.isRequired,
  me: PropTypes.string,
  onGo: PropTypes.func,
};
