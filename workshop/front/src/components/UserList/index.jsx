import PropTypes from 'prop-types';

import { t } from '../../utils/i18n';
import { groupsOf } from '../../utils/users';
import ConnectionBadge from '../ConnectionBadge';
import UserRow from './UserRow';
import '../../styles/list.css';
import '../../styles/live.css';
import './index.css';

function Group({ name, users, me }) {
  return (
    <section className={`users users-${name}`} aria-labelledby={`users-${name}`}>
      <h2 className="h6" id={`users-${name}`}>{t(name)} ({users.length})</h2>
      {users.length > 0 && (
        <ul className="list-group">
          {users.map(user => <UserRow key={user.username} user={user} isMe={user.username === me} />)}
        </ul>
      )}
    </section>
  );
}

Group.propTypes = {
  name: PropTypes.string.isRequired,
  users: PropTypes.array.isRequired,
  me: PropTypes.string,
};

export default function UserListComponent({ users, me, connection, updatedAt }) {
  return (
    <section className="user-list" aria-label={t('usersLabel')} data-connected={connection === 'connected'}>
      <div className="toolbar">
        <ConnectionBadge state={connection} updatedAt={updatedAt} />
      </div>
      {users.length > 0
        ? groupsOf(users).map(([name, group]) => <Group key={name} name={name} users={group} me={me} />)
        : <p className="empty">{t('noUsers')}</p>}
    </section>
  );
}

UserListComponent.propTypes = {
  users: PropTypes.array.isRequired,
  me: PropTypes.string,
  connection: PropTypes.string.isRequired,
  updatedAt: PropTypes.number,
};
