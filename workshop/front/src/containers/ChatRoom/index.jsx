import { useEffect, useReducer, useRef, useState } from 'react';
import PropTypes from 'prop-types';

import ChatRoomComponent from '../../components/ChatRoom';
import NewVersion from '../../components/NewVersion';
import Socket from '../../components/Socket';
import { CONNECTED, CONNECTING, GONE, LOGGED_OUT, OTHER_VISITOR, RECONNECTING } from '../../components/Socket/turns';
import Conversation from '../../utils/chat/conversation';
import Reading from '../../utils/chat/reading';
import * as roomList from '../../utils/chat/rooms';
import { loadAddressee, loadDraft, saveAddressee, saveDraft } from '../../utils/chat/storage';
import { commanded, isCommand } from '../../utils/chat/text';
import { titleOf } from '../../utils/chat/title';
import { firstView, viewed } from '../../utils/chat/view';
import { parseFrame } from '../../utils/frames';
import { hearNotice } from '../../utils/notices';
import { roomWsUrl } from '../../utils/urls';
import { isOutdated } from '../../utils/version';

const CLOSED_CODE = 4403;

/** Connected once the server has said hello; nothing can be sent before. */
function stateOf(connection, { room, hasJoined }) {
  if (room.joined) return CONNECTED;
  if ([LOGGED_OUT, OTHER_VISITOR].includes(connection)) return connection;
  if (hasJoined) return RECONNECTING;
  return connection === CONNECTED ? CONNECTING : connection;
}

export default function ChatRoom({ me = null, read = null, ...data }) {
  const { room: name } = data;
  const isGuest = me === null;
  const [draft, setDraft] = useState(() => (isGuest ? '' : loadDraft(name, me)));
  const [to, setTo] = useState(() => (isGuest ? null : loadAddressee(name, me)));
  const [rooms, tellRooms] = useReducer(roomList.applyFrame, []);
  const [connection, setConnection] = useState(CONNECTING);
  const [updatedAt, setUpdatedAt] = useState(null);
  const [isOld, setOld] = useState(false);
  // Changing the key replaces a socket that has stopped answering.
  const [socket, renew] = useReducer(number => number + 1, 0);
  const input = useRef(null);
  const listener = useRef(null);
  const [conversation] = useState(() => new Conversation({
    data: { me, ...data },
    onChange: room => listener.current({ type: 'room', room, isHidden: document.hidden }),
    onDead: () => {
      conversation.closed();
      renew();
    },
  }));
  const [reading] = useState(() => new Reading({ read, send: conversation.tell }));
  const [view, dispatch] = useReducer(viewed, { room: conversation.room, read }, firstView);
  listener.current = dispatch;
  const { room, isStuck, below, looked, mark } = view;

  useEffect(() => {
    conversation.start();
    return () => {
      reading.flush();
      reading.stop();
      conversation.stop();
    };
  }, [conversation, reading]);

  useEffect(() => {
    const onLook = () => {
      dispatch({ type: 'looked', isHidden: document.hidden });
      if (document.hidden) reading.flush();
      else conversation.tell({ action: 'rooms' });
    };
    // On the capture phase, before Socket closes the connection this is sent on.
    const onLeave = () => reading.flush();
    document.addEventListener('visibilitychange', onLook);
    window.addEventListener('pagehide', onLeave, true);
    return () => {
      document.removeEventListener('visibilitychange', onLook);
      window.removeEventListener('pagehide', onLeave, true);
    };
  }, [conversation, reading]);

  useEffect(() => {
    if (!isGuest && room.joined && isStuck && !document.hidden) reading.saw(room.log.seen);
  });

  const focus = () => input.current?.focus({ preventScroll: true });

  // Not on touch screens: it would open the keyboard.
  useEffect(() => {
    if (window.matchMedia?.('(pointer: fine)').matches) focus();
  }, []);

  useEffect(() => {
    if (isGuest) return;
    saveDraft(name, me, draft);
    saveAddressee(name, me, to);
  }, [name, me, isGuest, draft, to]);

  useEffect(() => {
    document.title = titleOf(name, document.hidden ? room.log.arrivals - looked : 0);
  });

  useEffect(() => {
    if (isStuck) conversation.trim();
  }, [conversation, isStuck, room]);

  // The socket

  const _onUpdate = event => {
    const frame = parseFrame(event);
    if (!frame || hearNotice(frame)) return;
    if (isOutdated(frame.version)) setOld(true);
    conversation.heard(frame);
    tellRooms(frame);
    if (frame.type === 'room_read' && frame.room === name) reading.heard(frame.number);
    if (frame.type === 'tester_message') _onJoin();
  };

  const _onJoin = () => {
    conversation.tell({ action: 'rooms' });
    reading.joined();
  };

  const _onState = (state, heardAt) => {
    setUpdatedAt(heardAt);
    if (state !== CONNECTED) conversation.closed();
    if (state === GONE) conversation.end();
    setConnection(state);
  };

  const _onClose = code => {
    if (code === CLOSED_CODE) conversation.end();
  };

  // Reading

  const _onStuck = stuck => dispatch({ type: 'stuck', isStuck: stuck });

  const _onEnd = () => {
    _onStuck(true);
    focus();
  };

  // Writing

  const _onType = text => {
    const secret = commanded(text);
    if (secret) setTo(secret.to);
    setDraft(secret ? secret.text : text);
    if (to === null && text.trim() !== '' && !isCommand(text)) conversation.tellTyping();
  };

  const _onSay = text => {
    if (!conversation.say(text, to)) return;
    setDraft('');
    dispatch({ type: 'said' });
  };

  // Stable props: items rerender only when they change.
  const [write] = useState(() => ({
    onPrivate: isGuest ? undefined : person => {
      setTo(person);
      focus();
    },
    onEdit: id => {
      const taken = conversation.takeBack(id);
      setDraft(taken.text);
      setTo(taken.to);
      focus();
    },
    onAgain: id => {
      const taken = conversation.takeBack(id);
      conversation.say(taken.text, taken.to);
    },
    onDiscard: id => conversation.takeBack(id),
  }));

  return (
    <>
      {isOld && <NewVersion />}
      <ChatRoomComponent
        room={room} rooms={rooms} mark={mark} connection={stateOf(connection, view)} updatedAt={updatedAt}
        draft={draft} to={to} inputRef={input}
        isStuck={isStuck} below={room.log.arrivals - below} write={write}
        onType={_onType} onTo={setTo} onSay={_onSay} onStuck={_onStuck} onEnd={_onEnd} onOlder={conversation.askOlder}
      />
      {!room.ended && (
        <Socket
          key={socket} url={roomWsUrl(name)}
          onOpen={(send, _, visitor) => conversation.opened(send, visitor)} onMessage={_onUpdate} onClose={_onClose} onState={_onState}
        />
      )}
    </>
  );
}

ChatRoom.propTypes = {
  room: PropTypes.string.isRequired,
  me: PropTypes.string,
  may_write: PropTypes.bool.isRequired,
  messages: PropTypes.array.isRequired,
  more: PropTypes.bool.isRequired,
  number: PropTypes.number.isRequired,
  deletions: PropTypes.number.isRequired,
  closed: PropTypes.bool.isRequired,
  read: PropTypes.number,
};
