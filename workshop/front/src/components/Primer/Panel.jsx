import { forwardRef } from 'react';
import PropTypes from 'prop-types';

import { CONNECTED } from '../Socket/turns';
import ConnectionBadge from '../ConnectionBadge';
import FrameLog from './FrameLog';
import { t } from '../../utils/primer/texts';
import '../../styles/live.css';
import './Panel.css';

const Panel = forwardRef(function Panel({ example, state, stateText, onSwitch, hint, entries, children }, ref) {
  const { title, path, kind } = example;
  const isClosed = state === 'closed';
  return (
    <div ref={ref} className="live-panel" role="group" aria-label={title} data-connected={state === CONNECTED}>
      <div className="toolbar">
        {state && <ConnectionBadge state={state} text={stateText} />}
        <code className="path">{kind === 'http' ? 'GET' : 'WebSocket'} {path}</code>
        {onSwitch && (
          <button type="button" className="switch btn btn-sm btn-outline-secondary" onClick={onSwitch}>
            {t(isClosed ? 'open' : 'close')}
          </button>
        )}
      </div>
      {children}
      <p className="hint" role="alert">{hint}</p>
      <FrameLog title={title} entries={entries} />
    </div>
  );
});

Panel.propTypes = {
  example: PropTypes.shape({ title: PropTypes.string, path: PropTypes.string, kind: PropTypes.string }).isRequired,
  state: PropTypes.string,
  stateText: PropTypes.string,
  onSwitch: PropTypes.func,
  hint: PropTypes.string.isRequired,
  entries: PropTypes.array.isRequired,
  children: PropTypes.node,
};

export default Panel;
