import { memo } from 'react';
import PropTypes from 'prop-types';

import { t } from '../../utils/chat/texts';
import { dayName, dayOf } from '../../utils/chat/times';
import './Divider.css';

/** A separator between messages: a new day, or the start of the new messages. */
function Divider({ kind, time }) {
  return (
    <li className={`divider divider-${kind}`}>
      {kind === 'new' ? <span>{t('newLine')}</span> : <time dateTime={dayOf(time)}>{dayName(time)}</time>}
    </li>
  );
}

Divider.propTypes = {
  kind: PropTypes.oneOf(['day', 'new']).isRequired,
  time: PropTypes.number,
};

export default memo(Divider);
