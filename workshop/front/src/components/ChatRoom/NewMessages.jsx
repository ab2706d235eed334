import PropTypes from 'prop-types';

import { t } from '../../utils/chat/texts';

/** A button with the number of messages that arrived below while the reader was scrolled up. */
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
