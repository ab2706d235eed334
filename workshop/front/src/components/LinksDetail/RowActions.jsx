import { useEffect, useRef, useState } from 'react';
import PropTypes from 'prop-types';

import { isSaving } from '../../utils/edit';
import { t } from '../../utils/i18n';
import { isFocusLost } from './focus';
import { canShape, editShape, formShape, linkShape, needs } from './shapes';
import './RowActions.css';

/** What may be done with a row; a deletion asks once more, in the same place, about the row as it was then. */
export default function RowActions({ link, edit, online, can, form }) {
  const [asking, setAsking] = useState(null);
  const opener = useRef(null);
  const busy = edit !== undefined && edit.phase !== 'notice';
  const named = text => `${t(text)}: ${link.name}`;

  const asked = useRef(asking);

  useEffect(() => {
    if (asked.current && isFocusLost()) opener.current.focus();
    asked.current = asking;
  }, [asking]);

  const remove = () => {
    opener.current.closest('tr').focus();
    setAsking(null);
    form.onDelete(asking);
  };

  return (
    <>
      <span className="status">{isSaving(edit) && t(edit.kind === 'delete' ? 'deleting' : 'saving')}</span>
      {can.change && !asking && (
        <button type="button" className="btn btn-sm btn-outline-primary edit-link" aria-label={named('edit')}
          {...needs(online)} disabled={busy || !online} onClick={() => form.onEdit(link)}>
          {t('edit')}
        </button>
      )}
      {can.delete && (
        <button type="button" ref={opener} className="btn btn-sm btn-outline-danger delete-link" aria-label={named('delete')}
          {...needs(online)} disabled={busy || !online} aria-expanded={asking !== null} hidden={asking !== null} onClick={() => setAsking(link)}>
          {t('delete')}
        </button>
      )}
      {asking && <Confirmation name={asking.name} online={online} onRemove={remove} onKeep={() => setAsking(null)} />}
    </>
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
  const onKeyDown = event => {
    if (event.key === 'Escape') onKeep();
  };
  return (
    <div className="confirm-delete" role="group" ref={group} aria-label={t('deleteQuestion', { name })} onKeyDown={onKeyDown}>
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
