import { useEffect, useRef, useState } from 'react';
import PropTypes from 'prop-types';

import { t } from '../../utils/i18n';
import { isWanted, KINDS, permission, want } from '../../utils/notifications';
import './index.css';

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

/** What the browser says to notifications, and of what the visitor wants them. */
export default function Bell() {
  const [isOpen, setOpen] = useState(false);
  const [state, setState] = useState(permission);
  const bell = useRef(null);
  const opener = useRef(null);

  useEffect(() => {
    if (!isOpen) return undefined;
    const onPointer = ({ target }) => { if (!bell.current?.contains(target)) setOpen(false); };
    document.addEventListener('pointerdown', onPointer);
    return () => document.removeEventListener('pointerdown', onPointer);
  }, [isOpen]);

  const turn = () => {
    setState(permission()); // the visitor may have changed it in the browser's settings
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

  return (
    <div className="bell" ref={bell} data-permission={state} onKeyDown={onKeyDown} onBlur={onBlur}>
      <button
        type="button" ref={opener} className="btn btn-sm btn-outline-secondary" aria-expanded={isOpen}
        aria-label={state === 'denied' ? t('notificationsBlocked') : t('notifications')} onClick={turn}
      >
        <span aria-hidden="true">{state === 'granted' ? '🔔' : '🔕'}</span>
      </button>
      <div className="bell-menu" role="group" aria-label={t('notifications')} hidden={!isOpen}>
        {state === 'denied' && <p>{t('notifyDenied')}</p>}
        {state === 'missing' && <p>{t('notifyMissing')}</p>}
        {state === 'default' && (
          <button type="button" className="btn btn-sm btn-primary" onClick={ask}>{t('allowNotifications')}</button>
        )}
        {state === 'granted' && (
          <>
            <p>{t('notifyOf')}</p>
            {KINDS.map(kind => <Choice key={kind} kind={kind} />)}
          </>
        )}
      </div>
    </div>
  );
}
