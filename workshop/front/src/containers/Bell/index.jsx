import { useCallback, useEffect, useReducer, useRef, useState } from 'react';
import { createPortal } from 'react-dom';
import PropTypes from 'prop-types';

import BellComponent from '../../components/Bell';
import Socket from '../../components/Socket';
import { CONNECTED } from '../../components/Socket/turns';
import Toasts from '../../components/Toasts';
import useToasts from '../../components/Toasts/useToasts';
import { parseFrame } from '../../utils/frames';
import { t } from '../../utils/i18n';
import useLatest from '../../utils/latest';
import { hearNotice, keyOf, kindOf, onNotice, textOf } from '../../utils/notices';
import { isWanted, tell, useTells } from '../../utils/notifications';
import Pulse, { SLOW } from '../../utils/pulse';
import { NOTICES_WS_URL } from '../../utils/urls';

/** An invalid request, whose refusal is a cheap sign of life. */
const BEAT = '';

const MOST = 5;
const NONE = { notices: [], unseen: 0, isOpen: false };

function reducer({ notices, unseen, isOpen }, { notice, isSeen, opened }) {
  if (opened !== undefined) return { notices, unseen: 0, isOpen: opened };
  return { notices: [notice, ...notices].slice(0, MOST), unseen: unseen + (isSeen || isOpen ? 0 : 1), isOpen };
}

/** The number of notices checked for duplicates: a message may be sent again after a crash. */
const REMEMBERED = 100;

/** The key of a notice that may arrive twice, or null. */
const repeatable = notice => (typeof notice.id === 'string' ? keyOf(notice) : null);

/** The socket for notices, on pages whose own sockets don't carry them. */
function NoticesSocket() {
  const [isLive, setLive] = useState(false);
  const [pulse] = useState(() => new Pulse(BEAT, BEAT, SLOW));

  useEffect(() => {
    pulse.start();
    return () => pulse.stop();
  }, [pulse]);

  const _onMessage = event => {
    pulse.heard();
    const frame = parseFrame(event);
    if (frame) hearNotice(frame);
  };

  const _onState = state => {
    if (state !== CONNECTED) pulse.closed();
    setLive(state === CONNECTED);
  };

  return (
    <span hidden data-hears-notices={isLive}>
      <Socket url={NOTICES_WS_URL} onOpen={(send, restart) => pulse.opened(send, restart)} onMessage={_onMessage} onState={_onState} />
    </span>
  );
}

/**
 * The bell in the header, for logged-in visitors. `isShown(notice)`: whether the page itself shows the notice's
 * subject; `hasSocket`: whether the page has a socket that carries notices; `toastsIn`: the element or shadow root
 * for the toasts.
 */
export default function Bell({ me, hasSocket, isShown = () => false, toastsIn = document.body }) {
  const [{ notices, unseen, isOpen }, dispatch] = useReducer(reducer, NONE);
  const [toasts, show, dismiss] = useToasts();
  const told = useRef([]);

  useTells();
  const _onTurn = useCallback(opened => dispatch({ opened }), []);

  const isKnown = key => {
    if (key === null) return false;
    if (told.current.includes(key)) return true;
    told.current = [key, ...told.current].slice(0, REMEMBERED);
    return false;
  };

  const announce = async notice => {
    if (notice.user === me || !isWanted(kindOf(notice)) || isKnown(repeatable(notice))) return;
    const { user, message, url, room } = notice;
    const [isHere, isHidden, text] = [isShown(notice), document.hidden, textOf(notice)];
    const inPage = () => {
      if (isHere || isOpen) return; // the open menu lists it, and a toast would cover the menu
      show(message ? `${text}: ${message}` : text, url && { text: t('goToRoom', { room: `#${room}` }), url });
    };
    const isElsewhere = await tell(keyOf(notice), text, { tag: `workshop-${kindOf(notice)}-${user}`, body: message }, inPage);
    if (!isHere) dispatch({ notice: { ...notice, at: Date.now() }, isSeen: isElsewhere || !isHidden });
  };

  const latest = useLatest(announce);
  useEffect(() => onNotice(notice => latest.current(notice)), [latest]);

  return (
    <>
      <BellComponent notices={notices} unseen={unseen} onTurn={_onTurn} />
      {createPortal(<div className="notices"><Toasts toasts={toasts} onDismiss={dismiss} /></div>, toastsIn)}
      {!hasSocket && <NoticesSocket />}
    </>
  );
}

Bell.propTypes = {
  me: PropTypes.string.isRequired,
  hasSocket: PropTypes.bool.isRequired,
  isShown: PropTypes.func,
  toastsIn: PropTypes.instanceOf(Node),
};
