import { useEffect, useRef, useState } from 'react';
import PropTypes from 'prop-types';

import { t } from '../../utils/i18n';
import { keyOf, textOf } from '../../utils/notices';
import { isWanted, KINDS, permission, want } from '../../utils/notifications';
import { clock } from '../../utils/times';
import '../Unread/index.css';
import './index.css';

const shapeOfNotice = PropTypes.shape({
  kind: PropTypes.string.isRequired,
  user: PropTypes.string.isRequired,
  message: PropTypes.string,
  url: PropTypes.string,
  at: PropTypes.number.isRequired,
});

/** The bell's icon, crossed out while notifications aren't shown. */
function Sign({ isOn }) {
  return (
    <svg className="bell-sign" viewBox="0 0 16 16" aria-hidden="true">
      <path fill="currentColor" d="M8 1.5a4.5 4.5 0 0 0-4.5 4.5v3L2 12h12l-1.5-3v-3a4.5 4.5 0 0 0-4.5-4.5ZM6 13h4a2 2 0 0 1-4 0Z" />
      {!isOn && <path stroke="currentColor" strokeWidth="1.5" d="M1.5 1.5l13 13" />}
    </svg>
  );
}

Sign.propTypes = { isOn: PropTypes.bool.isRequired };

function Choice({ kind }) {
  const [isOn, setOn] = useState(() => isWanted(kind));
  const onChange = ({ target }) => {
    want(kind, target.checked);
    setOn(target.checked);
  };
  return (
    <label className="bell-choice">
      <input type="checkbox" name={kind} checked={isOn} onChange={onChange} /> {t(`notify_${kind}`)}
    </label>
  );
}

Choice.propTypes = { kind: PropTypes.oneOf(KINDS).isRequired };

function Notice({ notice }) {
  const { url, message, at } = notice;
  return (
    <li>
      {url ? <a href={url}>{textOf(notice)}</a> : textOf(notice)} <span className="bell-time">{clock(at)}</span>
      {message && <bdi className="bell-message">{message}</bdi>}
    </li>
  );
}

Notice.propTypes = { notice: shapeOfNotice.isRequired };

/** The browser's permission for notifications, with a button to ask for it. */
function Permission({ state, onAsk }) {
  if (state === 'denied') return <p>{t('notifyDenied')}</p>;
  if (state === 'missing') return <p>{t('notifyMissing')}</p>;
  if (state === 'granted') return null;
  return <button type="button" className="btn btn-sm btn-primary" onClick={onAsk}>{t('allowNotifications')}</button>;
}

Permission.propTypes = { state: PropTypes.string.isRequired, onAsk: PropTypes.func.isRequired };

/** The bell: the latest notices, newest first, and the choice of kinds. `onTurn(isOpen)`: its menu was opened or closed. */
export default function Bell({ notices, unseen, onTurn }) {
  const [isOpen, setOpen] = useState(false);
  const [state, setState] = useState(permission);
  const bell = useRef(null);
  const opener = useRef(null);

  useEffect(() => {
    if (!isOpen) return undefined;
    onTurn(true);
    // composedPath(), because outside of a shadow tree the event's target is the tree's host.
    const onPointer = event => { if (!event.composedPath().includes(bell.current)) setOpen(false); };
    document.addEventListener('pointerdown', onPointer);
    return () => {
      document.removeEventListener('pointerdown', onPointer);
      onTurn(false);
    };
  }, [isOpen, onTurn]);

  const turn = () => {
    setState(permission()); // it may have been changed in the browser's settings
    setOpen(!isOpen);
  };

  const onKeyDown = ({ key }) => {
    if (key !== 'Escape' || !isOpen) return;
    setOpen(false);
    opener.current.focus();
  };

  const onBlur = ({ relatedTarget }) => {
    if (relatedTarget && !bell.current.contains(relatedTarget)) setOpen(false);
  };

  const ask = async () => setState(await Notification.requestPermission());

  const name = state === 'denied' ? t('notificationsBlocked') : t('notifications');
  return (
    <div className="bell" ref={bell} data-permission={state} onKeyDown={onKeyDown} onBlur={onBlur}>
      <button
        type="button" ref={opener} className="btn btn-sm btn-outline-secondary" aria-expanded={isOpen}
        aria-label={unseen > 0 ? `${name} (${t('newNotices', { n: unseen })})` : name} onClick={turn}
      >
        <Sign isOn={state === 'granted'} />
        {unseen > 0 && <span className="unread" aria-hidden="true">{unseen}</span>}
      </button>
      <div className="bell-menu" role="group" aria-label={t('notifications')} hidden={!isOpen}>
        {notices.length > 0 && (
          <ul className="bell-notices">
            {notices.map(notice => <Notice key={`${keyOf(notice)} ${notice.at}`} notice={notice} />)}
          </ul>
        )}
        <Permission state={state} onAsk={ask} />
        <p>{t('notifyOf')}</p>
        {KINDS.map(kind => <Choice key={kind} kind={kind} />)}
      </div>
    </div>
  );
}

Bell.propTypes = {
  notices: PropTypes.arrayOf(shapeOfNotice).isRequired,
  unseen: PropTypes.number.isRequired,
  onTurn: PropTypes.func.isRequired,
};
