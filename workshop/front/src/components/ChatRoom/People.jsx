import PropTypes from 'prop-types';

import { t } from '../../utils/chat/texts';
import './People.css';

function Person({ name, isMe, onPrivate }) {
  return (
    <li data-username={name}>
      <span className="dot" aria-hidden="true" />
      {isMe || !onPrivate ? <bdi>{name}</bdi> : (
        <button type="button" className="person" aria-label={t('writePrivately', { name })} onClick={() => onPrivate(name)}>
          <bdi>{name}</bdi>
        </button>
      )}
      {isMe && <span className="you">({t('you')})</span>}
    </li>
  );
}

Person.propTypes = {
  name: PropTypes.string.isRequired,
  isMe: PropTypes.bool.isRequired,
  onPrivate: PropTypes.func,
};

/** The people in the room; in a narrow window, collapsed behind a button. */
export default function People({ users, me, isOpen, onPrivate }) {
  return (
    <aside className="people" aria-label={t('onlineUsers')}>
      <h2>{`${t('onlineUsers')} (${users.length})`}</h2>
      <ul id="people" className={isOpen ? 'open' : ''}>
        {users.map(name => <Person key={name} name={name} isMe={name === me} onPrivate={onPrivate} />)}
      </ul>
    </aside>
  );
}

People.propTypes = {
  users: PropTypes.arrayOf(PropTypes.string).isRequired,
  me: PropTypes.string,
  isOpen: PropTypes.bool.isRequired,
  onPrivate: PropTypes.func,
};
