import React from 'react';
import PropTypes from 'prop-types';

import ChatRoomComponent from '../../components/ChatRoom';
import NewVersion from '../../components/NewVersion';
import Socket from '../../components/Socket';
import { CONNECTED, CONNECTING, GONE, LOGGED_OUT, RECONNECTING } from '../../components/Socket/turns';
import Conversation from '../../utils/chat/conversation';
import { loadDraft, saveDraft } from '../../utils/chat/storage';
import { addressed, isCommand } from '../../utils/chat/text';
import { t } from '../../utils/chat/texts';
import { titleOf } from '../../utils/chat/title';
import { parseFrame } from '../../utils/frames';
import { notify } from '../../utils/notifications';
import { roomWsUrl } from '../../utils/urls';
import { isOutdated } from '../../utils/version';

const CLOSED_CODE = 4403;

export default class ChatRoom extends React.Component {
  static propTypes = {
    room: PropTypes.string.isRequired,
    me: PropTypes.string,
    may_write: PropTypes.bool.isRequired,
    messages: PropTypes.array.isRequired,
    more: PropTypes.bool.isRequired,
    number: PropTypes.number.isRequired,
    deletions: PropTypes.number.isRequired,
    closed: PropTypes.bool.isRequired,
  };

  static defaultProps = { me: null };

  constructor(props) {
    super(props);
    this.conversation = new Conversation({
      data: props, onChange: this._onRoom, onPrivate: this._onPrivateMessage, onDead: this._onDead,
    });
    // `below` and `looked`: how many had arrived when the log's end, when the page was last in sight.
    this.state = {
      room: this.conversation.room, connection: CONNECTING, hasJoined: false, socket: 0,
      draft: props.me === null ? '' : loadDraft(props.room, props.me), isStuck: true, below: 0, looked: 0,
      isOld: false,
    };
    this.input = React.createRef();
    const { conversation } = this;
    const guest = props.me === null;
    this.write = {
      onType: this._onType, onSay: this._onSay, onPrivate: guest ? undefined : this._onPrivate,
      onEdit: this._onEdit, onAgain: this._onAgain, onDiscard: id => conversation.takeBack(id),
    };
    this.read = { onStuck: this._onStuck, onEnd: this._onEnd, onOlder: conversation.askOlder };
  }

  componentDidMount() {
    this.conversation.start();
    document.addEventListener('visibilitychange', this._onLook);
    this._setTitle();
    // On a phone this would open the keyboard.
    if (window.matchMedia?.('(pointer: fine)').matches) this._focus();
  }

  componentDidUpdate(_, { draft }) {
    const { room, me } = this.props;
    if (me !== null && draft !== this.state.draft) saveDraft(room, me, this.state.draft);
    this._setTitle();
    if (this.state.isStuck) this.conversation.trim();
  }

  componentWillUnmount() {
    document.removeEventListener('visibilitychange', this._onLook);
    this.conversation.stop();
  }

  _focus() {
    this.input.current?.focus({ preventScroll: true });
  }

  _setTitle() {
    const { room, looked } = this.state;
    document.title = titleOf(room.room, document.hidden ? room.log.arrivals - looked : 0);
  }

  _onRoom = room => this.setState(({ isStuck, below, looked, hasJoined }) => ({
    room,
    hasJoined: hasJoined || room.joined,
    below: isStuck ? room.log.arrivals : below,
    looked: document.hidden ? looked : room.log.arrivals,
  }));

  // The socket

  _onOpen = send => this.conversation.opened(send);

  _onUpdate = event => {
    const frame = parseFrame(event);
    if (!frame) return;
    if (isOutdated(frame.version)) this.setState({ isOld: true });
    this.conversation.heard(frame);
  };

  _onState = connection => {
    if (connection !== CONNECTED) this.conversation.closed();
    if (connection === GONE) this.conversation.end();
    this.setState({ connection });
  };

  _onClose = code => {
    if (code === CLOSED_CODE) this.conversation.end();
  };

  /** A socket that answers nothing: a new one takes its place. */
  _onDead = () => {
    this.conversation.closed();
    this.setState(({ socket }) => ({ socket: socket + 1 }));
  };

  _onPrivateMessage = ({ user, message }) => {
    if (document.hidden) notify(t('privateNotice', { name: user }), { tag: `workshop-chat-${user}`, body: message });
  };

  // What the visitor reads

  _onLook = () => this.setState(({ room, looked }) => ({ looked: document.hidden ? looked : room.log.arrivals }));

  _onStuck = isStuck => this.setState(({ room }) => ({ isStuck, below: room.log.arrivals }));

  _onEnd = () => {
    this._onStuck(true);
    this._focus();
  };

  // What the visitor writes

  _onType = draft => {
    this.setState({ draft });
    if (draft.trim() !== '' && !isCommand(draft)) this.conversation.tellTyping();
  };

  _onSay = text => {
    if (this.conversation.say(text)) this.setState({ draft: '', isStuck: true });
  };

  _onPrivate = name => {
    this.setState(({ draft }) => ({ draft: addressed(draft, name) }));
    this._focus();
  };

  _onEdit = id => {
    this.setState({ draft: this.conversation.takeBack(id) });
    this._focus();
  };

  _onAgain = id => this.conversation.say(this.conversation.takeBack(id));

  /** Connected once the server has said hello: before that nothing leaves. */
  _connection() {
    const { connection, room, hasJoined } = this.state;
    if (room.joined) return CONNECTED;
    if (connection === LOGGED_OUT) return LOGGED_OUT;
    if (hasJoined) return RECONNECTING;
    return connection === CONNECTED ? CONNECTING : connection;
  }

  render() {
    const { room, socket, draft, isStuck, below, isOld } = this.state;
    return (
      <>
        {isOld && <NewVersion />}
        <ChatRoomComponent
          room={room} connection={this._connection()} draft={draft} inputRef={this.input}
          isStuck={isStuck} below={room.log.arrivals - below} write={this.write} read={this.read}
        />
        {!room.ended && (
          <Socket
            key={socket} url={roomWsUrl(room.room)}
            onOpen={this._onOpen} onMessage={this._onUpdate} onClose={this._onClose} onState={this._onState}
          />
        )}
      </>
    );
  }
}
