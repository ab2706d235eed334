import PropTypes from 'prop-types';

import { t } from '../../utils/i18n';
import { loginUrl } from '../../utils/urls';
import { GONE, LOGGED_OUT } from '../Socket/turns';
import '../../styles/live.css';
import './index.css';

/** `text` where the state's own name doesn't tell what happens. */
export default function ConnectionBadge({ state, text = t(state) }) {
  return (
    <span role="status" className={`connection connection-${state}`}>
      <span className="dot" aria-hidden="true" />
      {text}
      {state === LOGGED_OUT && <a href={loginUrl()}>{t('logIn')}</a>}
      {state === GONE && <a href="">{t('reload')}</a>}
    </span>
  );
}

ConnectionBadge.propTypes = {
  state: PropTypes.oneOf(['connecting', 'connected', 'reconnecting', 'closed', LOGGED_OUT, GONE]).isRequired,
  text: PropTypes.string,
};
