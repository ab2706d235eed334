import { useEffect, useReducer, useState } from 'react';
import PropTypes from 'prop-types';

import NewVersion from '../../components/NewVersion';
import Socket from '../../components/Socket';
import { CONNECTED, CONNECTING } from '../../components/Socket/turns';
import Toasts from '../../components/Toasts';
import useToasts from '../../components/Toasts/useToasts';
import UserListComponent from '../../components/UserList';
import { parseFrame } from '../../utils/frames';
import { t } from '../../utils/i18n';
import { hearNotice, LOGIN, tellNotice } from '../../utils/notices';
import Pulse from '../../utils/pulse';
import { USERS_WS_URL } from '../../utils/urls';
import { applyFrame, asked, firstUsers, presenceIn } from '../../utils/users';
import { isOutdated } from '../../utils/version';

/** An invalid request, refused without sending the list: a cheap sign of life. */
const BEAT = '';

const reducer = (state, { frame, at }) => (frame === null ? asked(state) : applyFrame(state, frame, at));

export default function UserList({ users, me }) {
  const [state, dispatch] = useReducer(reducer, users, firstUsers);
  const [connection, setConnection] = useState(CONNECTING);
  const [updatedAt, setUpdatedAt] = useState(null);
  const [isOld, setOld] = useState(false);
  const [toasts, show, dismiss] = useToasts();
  const [pulse] = useState(() => new Pulse({ action: 'who' }, BEAT));

  useEffect(() => {
    pulse.start();
    return () => pulse.stop();
  }, [pulse]);

  const _onOpen = (send, restart) => {
    dispatch({ frame: null });
    pulse.opened(send, restart);
    pulse.ask();
  };

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
    dispatch({ frame, at: Date.now() });
    const presence = presenceIn(frame);
    if (presence && presence.username !== me) announce(presence);
  };

  const announce = ({ username, is_logged_in }) => {
    if (is_logged_in && tellNotice({ kind: LOGIN, user: username })) return;
    show(t(is_logged_in ? 'userLoggedIn' : 'userLoggedOut', { name: username }));
  };

  return (
    <>
      {isOld && <NewVersion />}
      <UserListComponent users={state.users} me={me} connection={connection} updatedAt={updatedAt} />
      <Toasts toasts={toasts} onDismiss={dismiss} />
      <Socket url={USERS_WS_URL} onOpen={_onOpen} onMessage={_onUpdate} onState={_onState} />
    </>
  );
}

UserList.propTypes = {
  users: PropTypes.array.isRequired,
  me: PropTypes.string,
};
