import { useEffect, useReducer, useRef, useState } from 'react';

import Form from '../../components/Primer/Form';
import Panel from '../../components/Primer/Panel';
import { shapeOfExample } from '../../components/Primer/shapes';
import { get } from '../../utils/primer/http';
import { EMPTY_LOG, logged } from '../../utils/primer/log';
import { answerText } from '../../utils/primer/show';
import { t } from '../../utils/primer/texts';

const LIMIT = 20000;

/** Plain HTTP: one request for each press of the button, one at a time. */
export default function Raw({ example }) {
  const [log, write] = useReducer(logged, EMPTY_LOG);
  const [isBusy, setBusy] = useState(false);
  const current = useRef(null);

  useEffect(() => () => current.current?.abort(), []);

  const _onAsk = async () => {
    current.current = new AbortController();
    const { signal } = current.current;
    setBusy(true);
    write({ kind: 'sent', data: `GET ${example.path}` });
    const begun = performance.now();
    const answer = await get(example.path, { signal, limit: LIMIT });
    if (signal.aborted) return;
    write({ kind: 'received', data: answerText(answer), took: performance.now() - begun });
    setBusy(false);
  };

  return (
    <Panel example={example} hint="" entries={log.entries}>
      <Form id="raw" fields={[]} buttons={[{ text: t('ask'), onPress: _onAsk }]} isDisabled={isBusy} />
    </Panel>
  );
}

Raw.propTypes = { example: shapeOfExample };
