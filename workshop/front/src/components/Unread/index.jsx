import PropTypes from 'prop-types';

import { t } from '../../utils/chat/texts';
import './index.css';

const MOST = 99;

/** A room's unread count; nothing if zero. */
export default function Unread({ count }) {
  if (count === 0) return null;
  return (
    <span className="unread">
      <span aria-hidden="true">{count > MOST ? `${MOST}+` : count}</span>
      <span className="visually-hidden">{t('unread', { n: count })}</span>
    </span>
  );
}

Unread.propTypes = {
  count: PropTypes.number.isRequired,
};
