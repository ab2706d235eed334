import PropTypes from 'prop-types';

import { failureText, t } from '../../utils/chat/texts';

/** Failures that a retry may resolve. */
const WORTH_REPEATING = ['offline', 'unknown_user', 'forbidden'];

/** The delivery status of a message that isn't in the log yet. */
export default function Status({ id, name, failure, isLive, canEdit, write }) {
  if (!failure) return <p className="message-status">{t(isLive ? 'sending' : 'unsent')}</p>;
  return (
    <div className="message-failure">
      <p role="alert">{failureText(failure, name)}</p>
      {WORTH_REPEATING.includes(failure.code) && (
        <button type="button" className="btn btn-sm btn-link" onClick={() => write.onAgain(id)}>{t('again')}</button>
      )}
      <button type="button" className="btn btn-sm btn-link" disabled={!canEdit} onClick={() => write.onEdit(id)}>
        {t('edit')}
      </button>
      <button type="button" className="btn btn-sm btn-link" onClick={() => write.onDiscard(id)}>{t('discard')}</button>
    </div>
  );
}

Status.propTypes = {
  id: PropTypes.string.isRequired,
  name: PropTypes.string,
  failure: PropTypes.shape({ code: PropTypes.string, message: PropTypes.string }),
  isLive: PropTypes.bool.isRequired,
  canEdit: PropTypes.bool.isRequired,
  write: PropTypes.object.isRequired,
};
