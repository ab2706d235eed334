import PropTypes from 'prop-types';

import { t } from '../../utils/chat/texts';

/** What has come below while the reader looks at older messages. */
export default function NewMessages({ count, onShow }) {
  if (count === 0) return null;
  return (
    <button type="button" className="new-messages btn btn-sm btn-primary" onClick={onShow}>
      {t(count === 1 ? 'newMessage' : 'newMessages', { n: count })} <span aria-hidden="true">↓</span>
    </button>
  );
}

NewMessages.propTypes = {
  count: PropTypes.number.isRequired,
  onShow: PropTypes.func.isRequired,
};
