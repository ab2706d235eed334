import PropTypes from 'prop-types';

import { t } from '../../utils/chat/texts';
import { loginUrl } from '../../utils/urls';

/** Why the visitor can't write here. */
export default function Notice({ me, isClosed, mayWrite }) {
  if (isClosed) return <p className="room-closed alert alert-warning" role="alert">{t('roomClosed')}</p>;
  if (mayWrite || me !== null) return null;
  return (
    <p className="log-in alert alert-info">
      {t('logInToWrite')} <a href={loginUrl()}>{t('logIn')}</a>
    </p>
  );
}

Notice.propTypes = {
  me: PropTypes.string,
  isClosed: PropTypes.bool.isRequired,
  mayWrite: PropTypes.bool.isRequired,
};
