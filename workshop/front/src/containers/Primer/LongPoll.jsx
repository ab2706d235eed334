import { useEffect, useReducer, useState } from 'react';
import PropTypes from 'prop-types';

import Forms from '../../components/Primer/Forms';
import Panel from '../../components/Primer/Panel';
import { shapeOfExample } from '../../components/Primer/shapes';
import { useLookedAt, useSeen } from '../../components/Primer/seeing';
import { CONNECTED, RECONNECTING } from '../../components/Socket/turns';
import useLatest from '../../utils/latest';
import { pollForms } from '../../utils/primer/forms';
import { EMPTY_LOG, logged } from '../../utils/primer/log';
import Poll from '../../utils/primer/poll';
import { answerText } from '../../utils/primer/show';
import { t } from '../../utils/primer/texts';

const SOON = 1000;

/**
 * Long polling, only while it is open and the page is visible: browsers allow six connections per host, and
 * background tabs with a pending request each would use them up. `onSay` sends what the visitor posts; null
 * while disconnected.
 */
export default function LongPoll({ example, after, sayPath, onSay, onSeen }) {
  const [view, seen] = useSeen();
  const [isOpen, setOpen] = useState(true);
  const [pause, setPause] = useState(0);
  const [log, write] = useReducer(logged, EMPTY_LOG);
  const isLookedAt = useLookedAt();

  const [poll] = useState(() => new Poll({
    path: example.path,
    after,
    onAsk: path => {
      setPause(0);
      write({ kind: 'sent', data: `GET ${path}` });
    },
    onAnswer: ({ took, ...answer }) => write({ kind: 'received', data: answerText(answer), took }),
    onPause: setPause,
  }));

  const told = useLatest(onSeen);
  useEffect(() => { if (seen) told.current(); }, [told, seen]);

  useEffect(() => {
    if (!seen || !isOpen || !isLookedAt) return undefined;
    poll.start();
    return () => poll.stop();
  }, [poll, seen, isOpen, isLookedAt]);

  const _onSwitch = () => {
    if (isOpen) write({ kind: 'note', data: t('wasClosed') });
    setOpen(!isOpen);
  };

  const pauses = pause > SOON;
  return (
    <Panel
      ref={view} example={example} onSwitch={_onSwitch} hint="" entries={log.entries}
      state={!isOpen ? 'closed' : pauses ? RECONNECTING : CONNECTED}
      stateText={!isOpen ? undefined : pauses ? t('pollPauses', { seconds: Math.ceil(pause / 1000) }) : t('pollWaits')}
    >
      <Forms forms={pollForms(sayPath)} send={onSay} isDisabled={onSay === null} />
    </Panel>
  );
}

LongPoll.propTypes = {
  example: shapeOfExample,
  after: PropTypes.number.isRequired,
  sayPath: PropTypes.string.isRequired,
  onSay: PropTypes.func,
  onSeen: PropTypes.func.isRequired,
};
