import PropTypes from 'prop-types';

import { t } from '../../utils/i18n';
import { clock } from '../../utils/times';
import { loginUrl } from '../../utils/urls';
import { GONE, LOGGED_OUT, OTHER_VISITOR, RECONNECTING } from '../Socket/turns';
import '../../styles/live.css';
import './index.css';

/** `text`: overrides the state's own; `updatedAt`: the time of the last update, shown while reconnecting. */
export default function ConnectionBadge({ state, text = t(state), updatedAt = null }) {
  return (
    <span role="status" className={`connection connection-${state}`}>
      <span className="dot" aria-hidden="true" />
      {text}
      {state === RECONNECTING && updatedAt !== null && <> · {t('lastUpdated', { time: clock(updatedAt) })}</>}
      {state === LOGGED_OUT && <> · <a href={loginUrl()}>{t('logIn')}</a></>}
      {[GONE, OTHER_VISITOR].includes(state) && <a href="">{t('reload')}</a>}
    </span>
  );
}

ConnectionBadge.propTypes = {
  state: PropTypes.oneOf(['connecting', 'connected', 'reconnecting', 'closed', LOGGED_OUT, OTHER_VISITOR, GONE]).isRequired,
  text: PropTypes.string,
  updatedAt: PropTypes.number,
};
