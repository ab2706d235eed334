import PropTypes from 'prop-types';

import { t } from '../../utils/i18n';
import AllowNotifications from '../AllowNotifications';
import ConnectionBadge from '../ConnectionBadge';
import UserRow from './UserRow';
import '../../styles/list.css';
import '../../styles/live.css';
import './index.css';

export default function UserListComponent({ users, me, connection, updatedAt }) {
  return (
    <section className="user-list" data-connected={connection === 'connected'}>
      <div className="toolbar">
        <ConnectionBadge state={connection} updatedAt={updatedAt} />
        <AllowNotifications />
      </div>
      {users.length > 0 ? (
        <ul className="list-group" aria-label={t('usersLabel')}>
          {users.map(user => <UserRow key={user.username} user={user} isMe={user.username === me} />)}
        </ul>
      ) : <p className="empty">{t('noUsers')}</p>}
    </section>
  );
}

UserListComponent.propTypes = {
  users: PropTypes.array.isRequired,
  me: PropTypes.string,
  connection: PropTypes.string.isRequired,
  updatedAt: PropTypes.number,
};
