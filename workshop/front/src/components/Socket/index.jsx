import { useEffect, useLayoutEffect, useReducer, useRef } from 'react';
import PropTypes from 'prop-types';
import Websocket from 'react-websocket';

import { backoff } from '../../utils/backoff';
import useLatest from '../../utils/latest';
import { spreadOf } from '../../utils/restart';
import { awaitLogin, visitorNow } from '../../utils/session';
import { whyRefused } from '../../utils/why';
import { connection, FIRST_TURN, isDoubtful, LOGGED_OUT, OTHER_VISITOR, SESSION_ENDED, turnReducer } from './turns';

const HANDSHAKE_LIMIT = 20000;
const STEADY_AFTER = 5000;

/** The event that is due in each phase, and after how many milliseconds; none once it has ended. */
const DUE = {
  trying: () => ['closed', HANDSHAKE_LIMIT],
  open: () => ['steady', STEADY_AFTER],
  waiting: (failures, spread) => ['retry', spread === null ? backoff(failures) : Math.random() * spread],
};

/**
 * A WebSocket that reconnects whenever it is closed or refused, unless the page itself no longer exists. After
 * the visitor has been logged out, it reconnects once they are logged in again.
 *
 * `onOpen(send, restart, visitor)` is called at every open, including the first: frames sent before the page
 * joined never reached it, so this is the moment to fetch the current rows. `send(object)` returns whether the
 * frame was sent; `encode` serializes it. `restart()` replaces a socket that seems dead. `visitor.logOut()` ends
 * one whose visitor the server no longer knows; `visitor.check()` finds out whether that is so. `onClose(code)`
 * receives the close code; unmount the component to prevent a reconnect. In `onState(state, heardAt)`, `heardAt`
 * is the time of the last frame or open in milliseconds, or null. `onBack(data)`: see utils/session.js.
 *
 * react-websocket's own reconnect stays off: under createRoot, its second socket has no handlers. A new `key`
 * closes the old socket and opens another.
 */
export default function Socket({ url, encode = JSON.stringify, onOpen, onMessage, onClose, onState, onBack }) {
  const [state, dispatch] = useReducer(turnReducer, FIRST_TURN);
  const websocket = useRef(null);
  const current = useRef(null);
  const { turn, phase, failures, spread } = state;
  const doubtful = isDoubtful(state);
  const told = useLatest({ onState, onBack });
  const heardAt = useRef(null);

  // A layout effect: before a plain one ran, an open could be attributed to the wrong turn.
  useLayoutEffect(() => {
    current.current = turn;
    return () => { current.current = null; };
  }, [turn]);

  useEffect(() => {
    if (!DUE[phase]) return undefined;
    const [type, after] = DUE[phase](failures, spread);
    const timer = setTimeout(() => dispatch({ type, turn }), after);
    return () => clearTimeout(timer);
  }, [turn, phase, failures, spread]);

  useEffect(() => {
    if (!doubtful) return;
    whyRefused().then(reason => reason && dispatch({ type: 'refused', reason }));
  }, [turn, doubtful]);

  useEffect(() => {
    // Losing or changing networks kills an open socket without a close event.
    const onNetwork = () => dispatch({ type: 'restart' });
    const onVisible = () => {
      if (document.visibilityState === 'visible') dispatch({ type: 'retry' });
    };
    // Chromium keeps pages with an open socket in its bfcache; the visitor would stay present.
    const onLeave = () => websocket.current?.state.ws.close();
    const onReturn = ({ persisted }) => {
      if (persisted) dispatch({ type: 'restart' });
    };
    window.addEventListener('pagehide', onLeave);
    window.addEventListener('pageshow', onReturn);
    window.addEventListener('online', onNetwork);
    window.addEventListener('offline', onNetwork);
    document.addEventListener('visibilitychange', onVisible);
    return () => {
      window.removeEventListener('pagehide', onLeave);
      window.removeEventListener('pageshow', onReturn);
      window.removeEventListener('online', onNetwork);
      window.removeEventListener('offline', onNetwork);
      document.removeEventListener('visibilitychange', onVisible);
    };
  }, []);

  const now = connection(state);
  useEffect(() => { told.current.onState(now, heardAt.current); }, [told, now]);

  useEffect(() => {
    if (now !== LOGGED_OUT) return undefined;
    return awaitLogin({
      onBack: data => {
        told.current.onBack?.(data);
        dispatch({ type: 'back' });
      },
      onOther: () => dispatch({ type: 'ended', reason: OTHER_VISITOR }),
    });
  }, [told, now]);

  const isCurrent = () => current.current === turn;

  const send = frame => {
    if (!isCurrent() || websocket.current?.state.ws.readyState !== WebSocket.OPEN) return false;
    websocket.current.sendMessage(encode(frame));
    return true;
  };

  const check = async (restart, logOut) => {
    const visitor = await visitorNow();
    if (!visitor) return;
    if (!visitor.isSame) {
      logOut();
      return;
    }
    told.current.onBack?.(visitor.data);
    restart();
  };

  const heard = data => {
    if (!isCurrent()) return;
    heardAt.current = Date.now();
    onMessage(data);
  };

  const opened = () => {
    if (!isCurrent()) return;
    dispatch({ type: 'opened', turn });
    heardAt.current = Date.now();
    const { ws } = websocket.current.state;
    ws.binaryType = 'arraybuffer';
    // The published react-websocket passes no close code to its onClose.
    ws.addEventListener('close', ({ code, reason }) => {
      if (!isCurrent()) return;
      const within = spreadOf({ code, reason });
      if (within !== null) dispatch({ type: 'restarting', turn, spread: within });
      if (code === SESSION_ENDED) dispatch({ type: 'ended', turn, reason: LOGGED_OUT });
      onClose?.(code);
    });
    const restart = () => dispatch({ type: 'restart', turn });
    const logOut = () => dispatch({ type: 'ended', turn, reason: LOGGED_OUT });
    onOpen?.(send, restart, { logOut, check: () => check(restart, logOut) });
  };

  return (
    <Websocket
      key={turn}
      ref={websocket}
      url={url}
      reconnect={false}
      onOpen={opened}
      onClose={() => dispatch({ type: 'closed', turn })}
      onMessage={heard}
    />
  );
}

Socket.propTypes = {
  url: PropTypes.string.isRequired,
  encode: PropTypes.func,
  onMessage: PropTypes.func.isRequired,
  onOpen: PropTypes.func,
  onClose: PropTypes.func,
  onState: PropTypes.func.isRequired,
  onBack: PropTypes.func,
};
