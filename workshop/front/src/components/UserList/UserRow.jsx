import { memo } from 'react';
import PropTypes from 'prop-types';

import { t } from '../../utils/i18n';

function UserRow({ user: { username, is_logged_in, is_online = false }, isMe }) {
  return (
    <li className="list-group-item" data-username={username} data-logged-in={is_logged_in} data-online={is_online}>
      <span className="username">
        <bdi>{username}</bdi>
        {isMe && <span className="you"> ({t('you')})</span>}
      </span>
      <span className="presence">
        <span className="dot" aria-hidden="true" />
        {is_logged_in ? t('loggedIn') : t('loggedOut')}
        {is_online && `, ${t('hereNow')}`}
      </span>
    </li>
  );
}

UserRow.propTypes = {
  user: PropTypes.shape({
    username: PropTypes.string.isRequired,
    is_logged_in: PropTypes.bool.isRequired,
    is_online: PropTypes.bool,
  }).isRequired,
  isMe: PropTypes.bool.isRequired,
};

export default memo(UserRow);
