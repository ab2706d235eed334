import { useCallback, useEffect, useReducer, useRef, useState } from 'react';
import PropTypes from 'prop-types';

import useLatest from '../../utils/latest';
import { ANSWERS } from '../../utils/primer/answers';
import { EMPTY_LOG, logged } from '../../utils/primer/log';
import { refusalText } from '../../utils/primer/refusals';
import { t } from '../../utils/primer/texts';
import Trips, { errorIn, isToQuestion, QUESTION } from '../../utils/primer/trips';
import Pulse, { SLOW } from '../../utils/pulse';
import { wsUrl } from '../../utils/urls';
import Socket from '../Socket';
import { CONNECTED, CONNECTING, RECONNECTING } from '../Socket/turns';
import Forms from './Forms';
import Panel from './Panel';
import { TOO_OFTEN, useRest } from './resting';
import { useSeen } from './seeing';

/** The server's close code when it can't serve a frame for now: a dependency is down, or it is at capacity. */
const TRY_LATER = 1013;

const asIs = data => data;

/**
 * One example's socket with its log. The visitor sends with `forms` (utils/primer/forms.js) or with
 * `parts({ isDisabled })`; in the latter case the caller reports what could not be sent. `onSend(send)` is
 * called at every open, and with null when the socket is lost; `onFrame(data)` receives each frame.
 * `isNeeded`: connects before the panel has been scrolled into view.
 */
export default function SocketPanel({ example, forms, parts, hint = '', isNeeded = false, onSend, onFrame }) {
  const answers = ANSWERS[example.key];
  const [view, seen] = useSeen();
  const [isOpen, setOpen] = useState(true);
  const [connection, setConnection] = useState(CONNECTING);
  const [log, write] = useReducer(logged, EMPTY_LOG);
  const [refusal, setRefusal] = useState('');
  const [resting, rest] = useRest();
  const [isUnanswered, setUnanswered] = useState(false);
  const retryAfter = useRef(null);
  const [trips] = useState(() => new Trips(answers.patience));
  const [pulse] = useState(() => new Pulse(QUESTION, QUESTION, SLOW));
  const socket = useRef(null);
  const questions = useRef(0);

  const send = data => {
    if (!socket.current?.(data)) {
      if (forms) setRefusal(t('unsent'));
      return false;
    }
    pulse.asked();
    trips.sent(answers.sent(data));
    write({ kind: 'sent', data });
    setRefusal('');
    setUnanswered(false);
    return true;
  };

  const sendQuestion = () => {
    const hasLeft = !answers.isNumbered && socket.current?.(QUESTION) === true;
    if (hasLeft) questions.current += 1;
    return hasLeft;
  };

  const _onOpen = (sendFrame, restart) => {
    socket.current = sendFrame;
    questions.current = 0;
    pulse.opened(sendQuestion, restart);
    retryAfter.current = null;
    setRefusal('');
    write({ kind: 'note', data: t('wasOpened') });
    onSend?.(send);
  };

  const _onMessage = data => {
    pulse.heard();
    if (questions.current > 0 && isToQuestion(data)) questions.current -= 1;
    else hear(data);
  };

  const hear = data => {
    const isOwn = trips.isWaiting();
    const took = trips.heard(answers.heard(data));
    // An unsolicited frame is somebody else's, even if it looks like an error.
    const error = isOwn && took === null ? errorIn(data) : null;
    write({ kind: 'received', data, took: error ? trips.refused() : took });
    if (error) {
      setRefusal(refusalText(error));
      retryAfter.current = error.retry_after;
    }
    onFrame?.(data);
  };

  const gone = () => {
    if (!socket.current) return;
    socket.current = null;
    pulse.closed();
    trips.clear();
    onSend?.(null);
  };

  const _onState = state => {
    setConnection(state);
    if (state === CONNECTED) return;
    if (trips.isWaiting()) setUnanswered(true);
    gone();
  };

  const beginAnew = () => {
    gone();
    setConnection(CONNECTING);
  };

  const _onClose = code => {
    write({ kind: 'note', data: t(code === TRY_LATER ? 'wasPutOff' : 'wasLost', { code }) });
    if (code !== TOO_OFTEN) return;
    beginAnew();
    rest(retryAfter.current);
  };

  const _onSwitch = () => {
    if (isOpen && connection === CONNECTED) write({ kind: 'note', data: t('wasClosed') });
    beginAnew();
    setRefusal('');
    setUnanswered(false);
    setOpen(!isOpen);
  };

  const latest = useLatest(gone);
  const end = useCallback(() => latest.current(), [latest]);
  useEffect(() => {
    pulse.start();
    return () => {
      pulse.stop();
      end();
    };
  }, [pulse, end]);

  const isResting = resting > 0;
  const state = !isOpen ? 'closed' : isResting ? RECONNECTING : connection;
  const isDisabled = state !== CONNECTED;
  const lost = forms && isUnanswered ? t('unanswered') : '';
  return (
    <>
      <Panel
        ref={view} example={example} onSwitch={_onSwitch} hint={refusal || lost || hint} entries={log.entries}
        state={state} stateText={isOpen && isResting ? t('rests', { seconds: resting }) : undefined}
      >
        {forms ? <Forms forms={forms} send={send} isDisabled={isDisabled} /> : parts({ isDisabled })}
      </Panel>
      {isOpen && !isResting && (seen || isNeeded) && (
        <Socket
          url={wsUrl(example.path)} encode={asIs} onOpen={_onOpen} onMessage={_onMessage} onState={_onState}
          onClose={_onClose}
        />
      )}
    </>
  );
}

SocketPanel.propTypes = {
  example: PropTypes.shape({ key: PropTypes.string, path: PropTypes.string }).isRequired,
  forms: PropTypes.array,
  parts: PropTypes.func,
  hint: PropTypes.string,
  isNeeded: PropTypes.bool,
  onSend: PropTypes.func,
  onFrame: PropTypes.func,
};
