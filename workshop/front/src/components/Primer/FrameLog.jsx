import { useLayoutEffect, useRef } from 'react';
import PropTypes from 'prop-types';

import { clock, tookText } from '../../utils/primer/show';
import { t } from '../../utils/primer/texts';
import './FrameLog.css';

const NEAR_END = 20;
const ARROWS = { sent: '↑', received: '↓' };

function Frame({ kind, text, at, took }) {
  return (
    <li className={`frame frame-${kind}`}>
      <time dateTime={at.toISOString()}>{clock(at)}</time>
      {kind === 'note' ? <span className="note">{text}</span> : (
        <>
          <span className="arrow" aria-hidden="true">{ARROWS[kind]}</span>
          <span className="visually-hidden">{t(kind)}</span>
          <code>{text}</code>
        </>
      )}
      {took !== null && <span className="took">{tookText(took)}</span>}
    </li>
  );
}

Frame.propTypes = {
  kind: PropTypes.oneOf(['sent', 'received', 'note']).isRequired,
  text: PropTypes.string.isRequired,
  at: PropTypes.instanceOf(Date).isRequired,
  took: PropTypes.number,
};

/** The log of sent and received frames. It follows its end unless the reader scrolls up. */
export default function FrameLog({ title, entries }) {
  const view = useRef(null);
  const stuck = useRef(true);

  useLayoutEffect(() => {
    if (stuck.current) view.current.scrollTop = view.current.scrollHeight;
  }, [entries]);

  const onScroll = () => {
    const { scrollTop, scrollHeight, clientHeight } = view.current;
    stuck.current = scrollHeight - scrollTop - clientHeight < NEAR_END;
  };

  return (
    <div ref={view} className="frame-log" role="log" tabIndex={0} aria-label={t('logLabel', { title })} onScroll={onScroll}>
      {entries.length === 0 && <p className="no-frames">{t('noFrames')}</p>}
      <ol>{entries.map(entry => <Frame key={entry.id} {...entry} />)}</ol>
    </div>
  );
}

FrameLog.propTypes = {
  title: PropTypes.string.isRequired,
  entries: PropTypes.array.isRequired,
};
