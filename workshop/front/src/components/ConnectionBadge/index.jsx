import PropTypes from 'prop-types';

import { t } from '../../utils/i18n';

/** `text` where the state's own name doesn't tell what happens. */
export default function ConnectionBadge({ state, text = t(state) }) {
  return (
    <span role="status" className={`connection connection-${state}`}>
      <span className="dot" aria-hidden="true" />
      {text}
    </span>
  );
}

ConnectionBadge.propTypes = {
  state: PropTypes.oneOf(['connecting', 'connected', 'reconnecting', 'closed']).isRequired,
  text: PropTypes.string,
};
