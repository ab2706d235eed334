import PropTypes from 'prop-types';

import { t } from '../../utils/i18n';

export default function ConnectionBadge({ state }) {
  return (
    <span role="status" className={`connection connection-${state}`}>
      <span className="dot" aria-hidden="true" />
      {t(state)}
    </span>
  );
}

ConnectionBadge.propTypes = {
  state: PropTypes.oneOf(['connecting', 'connected', 'reconnecting']).isRequired,
};
