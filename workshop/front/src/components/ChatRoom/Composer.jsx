import PropTypes from 'prop-types';

import { isCommand, lengthOf, MOST_CHARACTERS } from '../../utils/chat/text';
import { t } from '../../utils/chat/texts';
import { isComposing } from '../../utils/keys';
import './Composer.css';

const COUNT_FROM = 50;

function Left({ left }) {
  if (left > COUNT_FROM) return null;
  return <span className={left < 0 ? 'over' : ''}>{t(left < 0 ? 'charactersOver' : 'charactersLeft', { n: Math.abs(left) })}</span>;
}

Left.propTypes = {
  left: PropTypes.number.isRequired,
};

/** Where one writes. Enter sends; with Shift, or while an input method composes, it is part of the text. */
export default function Composer({ room, draft, isDisabled, isFull, inputRef, onType, onSay }) {
  const left = MOST_CHARACTERS - lengthOf(draft);
  const canSend = !isDisabled && !isFull && draft.trim() !== '' && left >= 0;

  const onSubmit = event => {
    event.preventDefault();
    if (canSend) onSay(draft.trim());
  };

  const onKeyDown = event => {
    if (event.key === 'Enter' && !event.shiftKey && !isComposing(event)) onSubmit(event);
  };

  return (
    <form className="composer" onSubmit={onSubmit}>
      <label className="visually-hidden" htmlFor="message">{t('messageLabel')}</label>
      <textarea
        ref={inputRef} id="message" name="message" className="form-control" rows={1} dir="auto"
        enterKeyHint="send" autoComplete="off" placeholder={t('messagePlaceholder', { room })} disabled={isDisabled}
        aria-describedby="message-left message-help" aria-invalid={left < 0}
        value={draft} onChange={event => onType(event.target.value)} onKeyDown={onKeyDown}
      />
      <button type="submit" className="btn btn-primary" disabled={!canSend}>{t('send')}</button>
      <p id="message-left" className="left" aria-live="polite">{isFull ? t('outboxFull') : <Left left={left} />}</p>
      <p id="message-help" className={isCommand(draft) ? 'help needed' : 'help'}>{t('messageHelp')}</p>
    </form>
  );
}

Composer.propTypes = {
  room: PropTypes.string.isRequired,
  draft: PropTypes.string.isRequired,
  isDisabled: PropTypes.bool.isRequired,
  isFull: PropTypes.bool.isRequired,
  inputRef: PropTypes.object,
  onType: PropTypes.func.isRequired,
  onSay: PropTypes.func.isRequired,
};
