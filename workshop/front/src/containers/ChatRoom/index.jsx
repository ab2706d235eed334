import { useEffect, useReducer, useRef, useState } from 'react';
import PropTypes from 'prop-types';

import ChatRoomComponent from '../../components/ChatRoom';
import NewVersion from '../../components/NewVersion';
import Socket from '../../components/Socket';
import { CONNECTED, CONNECTING, GONE, LOGGED_OUT, OTHER_VISITOR, RECONNECTING } from '../../components/Socket/turns';
import Conversation from '../../utils/chat/conversation';
import { loadDraft, saveDraft } from '../../utils/chat/storage';
import { addressed, isCommand } from '../../utils/chat/text';
import { t } from '../../utils/chat/texts';
import { titleOf } from '../../utils/chat/title';
import { firstView, viewed } from '../../utils/chat/view';
import { parseFrame } from '../../utils/frames';
import { PRIVATES, tell, useTells } from '../../utils/notifications';
import { roomWsUrl } from '../../utils/urls';
import { isOutdated } from '../../utils/version';

const CLOSED_CODE = 4403;

function notifyOf({ id, user, message }) {
  tell(PRIVATES, `${user} ${id ?? message}`, t('privateNotice', { name: user }), { tag: `workshop-chat-${user}`, body: message });
}

/** Connected once the server has said hello: before that nothing leaves. */
function stateOf(connection, { room, hasJoined }) {
  if (room.joined) return CONNECTED;
  if ([LOGGED_OUT, OTHER_VISITOR].includes(connection)) return connection;
  if (hasJoined) return RECONNECTING;
  return connection === CONNECTED ? CONNECTING : connection;
}

export default function ChatRoom({ me = null, ...data }) {
  const { room: name } = data;
  const isGuest = me === null;
  const [draft, setDraft] = useState(() => (isGuest ? '' : loadDraft(name, me)));
  const [connection, setConnection] = useState(CONNECTING);
  const [updatedAt, setUpdatedAt] = useState(null);
  const [isOld, setOld] = useState(false);
  // A socket that answers nothing: a new one takes its place.
  const [socket, renew] = useReducer(number => number + 1, 0);
  const input = useRef(null);
  const listener = useRef(null);
  const [conversation] = useState(() => new Conversation({
    data: { me, ...data }, onPrivate: notifyOf,
    onChange: room => listener.current({ type: 'room', room, isHidden: document.hidden }),
    onDead: () => {
      conversation.closed();
      renew();
    },
  }));
  const [view, dispatch] = useReducer(viewed, conversation.room, firstView);
  listener.current = dispatch;
  const { room, isStuck, below, looked } = view;

  useTells(PRIVATES);

  useEffect(() => {
    conversation.start();
    return () => conversation.stop();
  }, [conversation]);

  useEffect(() => {
    const onLook = () => dispatch({ type: 'looked', isHidden: document.hidden });
    document.addEventListener('visibilitychange', onLook);
    return () => document.removeEventListener('visibilitychange', onLook);
  }, []);

  const focus = () => input.current?.focus({ preventScroll: true });

  // On a phone this would open the keyboard.
  useEffect(() => {
    if (window.matchMedia?.('(pointer: fine)').matches) focus();
  }, []);

  useEffect(() => {
    if (!isGuest) saveDraft(name, me, draft);
  }, [name, me, isGuest, draft]);

  useEffect(() => {
    document.title = titleOf(name, document.hidden ? room.log.arrivals - looked : 0);
  });

  useEffect(() => {
    if (isStuck) conversation.trim();
  }, [conversation, isStuck, room]);

  // The socket

  const _onUpdate = event => {
    const frame = parseFrame(event);
    if (!frame) return;
    if (isOutdated(frame.version)) setOld(true);
    conversation.heard(frame);
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

  // What the visitor reads

  const _onStuck = stuck => dispatch({ type: 'stuck', isStuck: stuck });

  const _onEnd = () => {
    _onStuck(true);
    focus();
  };

  // What the visitor writes

  const _onType = text => {
    setDraft(text);
    if (text.trim() !== '' && !isCommand(text)) conversation.tellTyping();
  };

  const _onSay = text => {
    if (!conversation.say(text)) return;
    setDraft('');
    _onStuck(true);
  };

  // Items are drawn anew only where they change: what they are given stays the same.
  const [write] = useState(() => ({
    onPrivate: isGuest ? undefined : person => {
      setDraft(text => addressed(text, person));
      focus();
    },
    onEdit: id => {
      setDraft(conversation.takeBack(id));
      focus();
    },
    onAgain: id => conversation.say(conversation.takeBack(id)),
    onDiscard: id => conversation.takeBack(id),
  }));

  return (
    <>
      {isOld && <NewVersion />}
      <ChatRoomComponent
        room={room} connection={stateOf(connection, view)} updatedAt={updatedAt} draft={draft} inputRef={input}
        isStuck={isStuck} below={room.log.arrivals - below} write={write}
        onType={_onType} onSay={_onSay} onStuck={_onStuck} onEnd={_onEnd} onOlder={conversation.askOlder}
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
};
