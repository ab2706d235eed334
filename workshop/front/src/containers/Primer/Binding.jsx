import { useEffect, useReducer, useRef, useState } from 'react';
import PropTypes from 'prop-types';

import NewVersion from '../../components/NewVersion';
import SocketPanel from '../../components/Primer/SocketPanel';
import { shapeOfExample, shapeOfRights } from '../../components/Primer/shapes';
import Values from '../../components/Primer/Values';
import { parseFrame } from '../../utils/frames';
import useLatest from '../../utils/latest';
import Loader from '../../utils/loader';
import { connected, homeless, NEW, refuse, sending } from '../../utils/primer/refused';
import { t } from '../../utils/primer/texts';
import * as rows from '../../utils/primer/values';
import Requests, { Refusal, UNKNOWN } from '../../utils/requests';
import { allKnown, gaps } from '../../utils/sequences';
import { isOutdated } from '../../utils/version';
import Watch from '../../utils/watch';

const firstState = values => ({ rows: rows.firstRows(values), refused: [], failed: false, isOld: false });

const changed = (state, step) => ({ ...state, ...step(state) });

/** The binding's table. It isn't updated optimistically: only frames change it. */
export default function Binding({ example, values: first, rights }) {
  const [state, change] = useReducer(changed, first, firstState);
  const socket = useRef(null);
  const [requests] = useState(() => new Requests());

  const setRows = step => change(now => ({ rows: step(now.rows) }));
  const setRefused = step => change(now => ({ refused: step(now.refused, now.rows.values) }));
  const markStale = () => setRows(rows.markStale);

  const askNumber = () => {
    if (!socket.current) return;
    setRows(rows.synced);
    socket.current({ stream: rows.STREAM, payload: { action: 'sync' } });
  };

  const [loader] = useState(() => new Loader({
    get: signal => rows.getValues(example.path, signal),
    onStart: () => setRows(rows.asked),
    onAnswer: values => change(now => ({ rows: rows.applyAnswer(now.rows, values), failed: false })),
    onFailure: () => change(now => ({ rows: rows.unanswered(now.rows), failed: true })),
  }));
  const { sequences, stale, values } = state.rows;
  const numbers = useLatest(sequences);
  const loadWhatIsMissed = () => {
    if (!allKnown(numbers.current) || gaps(numbers.current).length > 0 || loader.isBusy) loader.load();
  };
  const [watch] = useState(() => new Watch({ onReady: loadWhatIsMissed, onGap: markStale, onAsk: askNumber }));

  useEffect(() => {
    watch.start();
    return () => {
      loader.stop();
      watch.stop();
      requests.stop();
    };
  }, [watch, loader, requests]);

  useEffect(() => {
    watch.follow(gaps(sequences), allKnown(sequences));
    if (stale) loader.soon();
  }, [watch, loader, sequences, stale]);

  const _onSend = send => {
    socket.current = send && (frame => send(JSON.stringify(frame)));
    if (!send) {
      requests.close();
      return;
    }
    requests.open(socket.current);
    setRefused(connected);
    setRows(rows.opened);
    watch.opened();
  };

  const _onFrame = data => {
    const frame = parseFrame(data);
    if (!frame) return;
    requests.heard(frame);
    if (isOutdated(frame.payload?.version)) change(() => ({ isOld: true }));
    setRows(now => rows.applyFrame(now, frame));
  };

  /** Resolves to whether the change was made. */
  const ask = async (row, payload) => {
    setRefused((refused, shown) => sending(refused, row.pk, shown));
    try {
      await requests.ask(rows.STREAM, payload);
      return true;
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      setRefused(refused => refuse(refused, row, refusal));
      if ([UNKNOWN, 'gone'].includes(refusal.code)) markStale();
      return false;
    }
  };

  const parts = ({ isDisabled }) => (
    <Values
      values={values} refused={state.refused} rights={rights} isDisabled={isDisabled}
      onAdd={(name, value) => ask({ pk: NEW, name }, { action: 'create', data: { name, value } })}
      onSet={(row, value) => ask(row, { action: 'update', pk: row.pk, data: { value } })}
      onDelete={row => ask(row, { action: 'delete', pk: row.pk })}
    />
  );

  return (
    <>
      {state.isOld && <NewVersion />}
      <SocketPanel
        example={example} parts={parts}
        hint={homeless(state.refused, values) || (state.failed ? t('valuesUnread') : '')}
        onSend={_onSend} onFrame={_onFrame}
      />
    </>
  );
}

Binding.propTypes = {
  example: shapeOfExample,
  values: PropTypes.array.isRequired,
  rights: shapeOfRights,
};
