import PropTypes from 'prop-types';

import { isCommand, lengthOf, MOST_CHARACTERS } from '../../utils/chat/text';
import { t } from '../../utils/chat/texts';
import { isComposing } from '../../utils/keys';
import Addressee from './Addressee';
import Mentions, { LIST_ID, optionId } from './Mentions';
import useMentions from './useMentions';
import './Composer.css';

const COUNT_FROM = 50;

function Left({ left }) {
  if (left > COUNT_FROM) return null;
  return <span className={left < 0 ? 'over' : ''}>{t(left < 0 ? 'charactersOver' : 'charactersLeft', { n: Math.abs(left) })}</span>;
}

Left.propTypes = {
  left: PropTypes.number.isRequired,
};

const placeholder = (room, to) => (to === null ? t('messagePlaceholder', { room }) : t('privatePlaceholder', { name: to }));

/** The message form. Enter sends; Shift+Enter inserts a line break; an input method keeps its own Enter. */
export default function Composer({ room, me, users, draft, to, isDisabled, isFull, inputRef, onType, onTo, onSay }) {
  const left = MOST_CHARACTERS - lengthOf(draft);
  const canSend = !isDisabled && !isFull && draft.trim() !== '' && left >= 0;
  const mentions = useMentions({ users: to === null ? users : [], me, draft, inputRef, onType });
  const offers = mentions.names.length > 0;

  const onEverybody = () => {
    onTo(null);
    inputRef.current.focus();
  };

  const onSubmit = event => {
    event.preventDefault();
    mentions.close();
    if (canSend) onSay(draft.trim());
  };

  const onKeyDown = event => {
    if (isComposing(event)) return;
    if (mentions.onKey(event)) event.preventDefault();
    else if (event.key === 'Enter' && !event.shiftKey) onSubmit(event);
    else if (event.key === 'Backspace' && draft === '' && to !== null) onEverybody();
  };

  const onChange = ({ target }) => {
    onType(target.value);
    mentions.look(target);
  };

  return (
    <form className="composer" onSubmit={onSubmit}>
      {to !== null && <Addressee name={to} onRemove={onEverybody} />}
      <Mentions names={mentions.names} active={mentions.active} onChoose={mentions.choose} />
      <label className="visually-hidden" htmlFor="message">
        {to === null ? t('messageLabel') : t('privatePlaceholder', { name: to })}
      </label>
      <textarea
        ref={inputRef} id="message" name="message" className="form-control" rows={1} dir="auto"
        enterKeyHint="send" autoComplete="off" placeholder={placeholder(room, to)} disabled={isDisabled}
        aria-describedby="message-left message-help" aria-invalid={left < 0} aria-autocomplete="list"
        aria-controls={offers ? LIST_ID : undefined} aria-activedescendant={offers ? optionId(mentions.active) : undefined}
        value={draft} onChange={onChange} onKeyDown={onKeyDown}
        onSelect={({ target }) => mentions.look(target)} onBlur={mentions.close}
      />
      <button type="submit" className="btn btn-primary" disabled={!canSend}>{t('send')}</button>
      <p id="message-left" className="left" aria-live="polite">{isFull ? t('outboxFull') : <Left left={left} />}</p>
      <p id="message-help" className={isCommand(draft) ? 'help needed' : 'help'}>{t('messageHelp')}</p>
    </form>
  );
}

Composer.propTypes = {
  room: PropTypes.string.isRequired,
  me: PropTypes.string.isRequired,
  users: PropTypes.arrayOf(PropTypes.string).isRequired,
  draft: PropTypes.string.isRequired,
  to: PropTypes.string,
  isDisabled: PropTypes.bool.isRequired,
  isFull: PropTypes.bool.isRequired,
  inputRef: PropTypes.object.isRequired,
  onType: PropTypes.func.isRequired,
  onTo: PropTypes.func.isRequired,
  onSay: PropTypes.func.isRequired,
};
