import { useReducer, useState } from 'react';
import PropTypes from 'prop-types';

import ChatRoomsComponent from '../../components/ChatRooms';
import Socket from '../../components/Socket';
import { CONNECTING } from '../../components/Socket/turns';
import { applyFrame, firstRooms } from '../../utils/chat/rooms';
import { parseFrame } from '../../utils/frames';
import { ROOMS_WS_URL } from '../../utils/urls';

const goTo = url => window.location.assign(url);

export default function ChatRooms({ rooms: first, me, onGo = goTo }) {
  const [rooms, dispatch] = useReducer(applyFrame, first, firstRooms);
  const [connection, setConnection] = useState(CONNECTING);

  const _onUpdate = event => {
    const frame = parseFrame(event);
    if (frame) dispatch(frame);
  };

  return (
    <>
      <ChatRoomsComponent rooms={rooms} me={me} connection={connection} onGo={onGo} />
      <Socket url={ROOMS_WS_URL} onMessage={_onUpdate} onState={setConnection} />
    </>
  );
}

ChatRooms.propTypes = {
  rooms: PropTypes.array.isRequired,
  me: PropTypes.string,
  onGo: PropTypes.func,
};
