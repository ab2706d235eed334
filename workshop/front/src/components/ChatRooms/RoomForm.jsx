import { useRef, useState } from 'react';
import PropTypes from 'prop-types';

import { isRoomName } from '../../utils/chat/text';
import { t } from '../../utils/chat/texts';
import { roomUrl } from '../../utils/urls';

/** A form that goes to the room with the given name, new or existing. */
export default function RoomForm({ isGuest, onGo }) {
  const [name, setName] = useState('');
  const [isWrong, setWrong] = useState(false);
  const input = useRef(null);

  const onType = event => {
    setName(event.target.value);
    setWrong(false);
  };

  const onSubmit = event => {
    event.preventDefault();
    if (isRoomName(name.trim())) {
      onGo(roomUrl(name.trim()));
    } else {
      setWrong(true);
      input.current.focus();
    }
  };

  return (
    <form className="room-form" onSubmit={onSubmit} noValidate>
      <label className="form-label" htmlFor="room-name">{t('roomName')}</label>
      <div className="input-group">
        <span className="input-group-text" aria-hidden="true">#</span>
        <input
          ref={input} id="room-name" name="room" className="form-control"
          autoComplete="off" autoCapitalize="none" spellCheck={false} enterKeyHint="go"
          aria-invalid={isWrong} aria-describedby="room-name-help" value={name} onChange={onType}
        />
        <button type="submit" className="btn btn-primary">{t('enter')}</button>
      </div>
      <p id="room-name-help" className={isWrong ? 'field-error' : 'form-text'} aria-live="polite">
        {t(isWrong ? 'roomNameWrong' : isGuest ? 'roomNameHelpAnonymous' : 'roomNameHelp')}
      </p>
    </form>
  );
}

RoomForm.propTypes = {
  isGuest: PropTypes.bool.isRequired,
  onGo: PropTypes.func.isRequired,
};
