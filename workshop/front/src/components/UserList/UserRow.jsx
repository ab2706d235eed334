import { memo } from 'react';
import PropTypes from 'prop-types';

import { t } from '../../utils/i18n';
import { moment } from '../../utils/times';

/** The row's group shows whether the user is here; `seen_at` is when they were last seen, if known. */
function UserRow({ user: { username, is_logged_in, is_online = false, seen_at = null }, isMe }) {
  return (
    <li className="list-group-item" data-username={username} data-logged-in={is_logged_in} data-online={is_online}>
      <span className="username">
        <span className="dot" aria-hidden="true" />
        <bdi>{username}</bdi>
        {isMe && <span className="you"> ({t('you')})</span>}
      </span>
      {!is_online && seen_at !== null && <span className="presence">{t('lastSeen', { time: moment(seen_at) })}</span>}
    </li>
  );
}

UserRow.propTypes = {
  user: PropTypes.shape({
    username: PropTypes.string.isRequired,
    is_logged_in: PropTypes.bool.isRequired,
    is_online: PropTypes.bool,
    seen_at: PropTypes.number,
  }).isRequired,
  isMe: PropTypes.bool.isRequired,
};

export default memo(UserRow);
