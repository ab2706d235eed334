import { useEffect, useRef, useState } from 'react';
import PropTypes from 'prop-types';

import { isSaving } from '../../utils/edit';
import { t } from '../../utils/i18n';
import { isFocusLost } from './focus';
import { canShape, editShape, formShape, linkShape, needs } from './shapes';
import './RowActions.css';

/** The actions menu of a row. It confirms a deletion, and deletes only the version that the visitor was asked about. */
export default function RowActions({ link, edit, online, can, form }) {
  const [isOpen, setOpen] = useState(false);
  const [asking, setAsking] = useState(null);
  const menu = useRef(null);
  const opener = useRef(null);
  const busy = edit !== undefined && edit.phase !== 'notice';
  const named = text => `${t(text)}: ${link.name}`;

  const close = () => {
    setOpen(false);
    setAsking(null);
  };

  useEffect(() => {
    if (!isOpen) return undefined;
    menu.current.querySelector('.menu button:enabled')?.focus();
    const onPointer = ({ target }) => { if (!menu.current?.contains(target)) close(); };
    document.addEventListener('pointerdown', onPointer);
    return () => document.removeEventListener('pointerdown', onPointer);
  }, [isOpen]);

  const leave = () => {
    close();
    opener.current.focus();
  };

  const onBlur = ({ relatedTarget }) => {
    if (relatedTarget && !menu.current.contains(relatedTarget)) close();
  };

  const onKeyDown = event => {
    if (event.key === 'Escape' && isOpen) leave();
  };

  const edited = () => {
    close();
    form.onEdit(link);
  };

  const remove = () => {
    opener.current.closest('tr').focus();
    close();
    form.onDelete(asking);
  };

  const wasBusy = useRef(busy);
  useEffect(() => {
    if (wasBusy.current && !busy && isFocusLost()) opener.current.focus();
    wasBusy.current = busy;
  }, [busy]);

  return (
    <div className="row-menu" ref={menu} onBlur={onBlur} onKeyDown={onKeyDown}>
      <span className="status">{isSaving(edit) && t(edit.kind === 'delete' ? 'deleting' : 'saving')}</span>
      <button
        type="button" ref={opener} className="menu-link" aria-label={named('actions')} aria-expanded={isOpen}
        disabled={busy} onClick={() => (isOpen ? close() : setOpen(true))}
      >
        <span aria-hidden="true">⋯</span>
      </button>
      <div className="menu" hidden={!isOpen}>
        {can.change && !asking && (
          <button type="button" className="edit-link" aria-label={named('edit')}
            {...needs(online)} disabled={busy || !online} onClick={edited}>
            {t('edit')}
          </button>
        )}
        {can.delete && !asking && (
          <button type="button" className="delete-link" aria-label={named('delete')}
            {...needs(online)} disabled={busy || !online} onClick={() => setAsking(link)}>
            {t('delete')}
          </button>
        )}
        {asking && <Confirmation name={asking.name} online={online} onRemove={remove} onKeep={leave} />}
      </div>
    </div>
  );
}

RowActions.propTypes = {
  link: linkShape.isRequired,
  edit: editShape,
  online: PropTypes.bool.isRequired,
  can: canShape.isRequired,
  form: formShape.isRequired,
};

function Confirmation({ name, online, onRemove, onKeep }) {
  const group = useRef(null);
  useEffect(() => group.current.querySelector('.keep-link').focus(), []);
  return (
    <div className="confirm-delete" role="group" ref={group} aria-label={t('deleteQuestion', { name })}>
      <p aria-hidden="true">{t('deleteQuestion', { name })}</p>
      <button type="button" className="btn btn-sm btn-danger confirm-link" {...needs(online)} onClick={onRemove}>{t('deleteConfirm')}</button>
      <button type="button" className="btn btn-sm btn-outline-secondary keep-link" onClick={onKeep}>{t('deleteKeep')}</button>
    </div>
  );
}

Confirmation.propTypes = {
  name: PropTypes.string.isRequired,
  online: PropTypes.bool.isRequired,
  onRemove: PropTypes.func.isRequired,
  onKeep: PropTypes.func.isRequired,
};
