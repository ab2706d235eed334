import { memo } from 'react';
import PropTypes from 'prop-types';

import { isMentioned } from '../../utils/chat/mentions';
import { t } from '../../utils/chat/texts';
import { timeOf } from '../../utils/chat/times';
import Author from './Author';
import MessageText from './MessageText';
import Status from './Status';
import './Item.css';

const isUnsent = status => status === 'sending' || status === 'failed';

function Time({ timestamp }) {
  const time = timeOf(timestamp);
  return time && <time dateTime={timestamp} title={time.long}>{time.short}</time>;
}

Time.propTypes = {
  timestamp: PropTypes.string,
};

const LABELS = { from: 'privateFrom', to: 'privateTo' };

function Item({ kind, id, number, user, way, name, message, timestamp, isMine, follows, me, status, failure, isLive, canEdit, write }) {
  const isPrivate = kind === 'private';
  const who = isPrivate ? name : user;
  const isToMe = !isMine && !isPrivate && isMentioned(message, me);
  return (
    <li
      className={`message ${kind} ${isMine ? 'mine' : ''} ${follows ? 'follows' : ''} ${isToMe ? 'mentions-me' : ''}`}
      data-number={number} data-user={who} data-private={way} data-mine={isMine} data-status={status} data-id={id}
    >
      <div className={follows ? 'message-head visually-hidden' : 'message-head'}>
        <Author
          name={who} label={isPrivate ? t(LABELS[way], { name }) : who}
          isMe={isMine && !isPrivate} onPrivate={write.onPrivate}
        />
        {isMine && !isPrivate && <span className="you">({t('you')})</span>}
        <Time timestamp={timestamp} />
      </div>
      <MessageText text={message} me={me} />
      {isUnsent(status) && <Status {...{ id, name, failure, isLive, canEdit, write }} />}
    </li>
  );
}

Item.propTypes = {
  kind: PropTypes.oneOf(['message', 'private']).isRequired,
  id: PropTypes.string,
  number: PropTypes.number,
  user: PropTypes.string,
  way: PropTypes.oneOf(['from', 'to']),
  name: PropTypes.string,
  message: PropTypes.string.isRequired,
  timestamp: PropTypes.string,
  isMine: PropTypes.bool.isRequired,
  follows: PropTypes.bool.isRequired,
  me: PropTypes.string,
  status: PropTypes.oneOf(['sending', 'failed', 'stored']),
  failure: PropTypes.object,
  isLive: PropTypes.bool.isRequired,
  canEdit: PropTypes.bool.isRequired,
  write: PropTypes.object.isRequired,
};

export default memo(Item);
