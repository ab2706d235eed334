import { memo, useEffect, useLayoutEffect, useRef } from 'react';
import PropTypes from 'prop-types';

import { isSaving } from '../../utils/edit';
import { t } from '../../utils/i18n';
import { comeBack, isFocusLost, passOn } from './focus';
import LinkCells from './LinkCells';
import LinkForm from './LinkForm';
import { actorShape, canShape, editShape, formShape, linkShape } from './shapes';
import '../../styles/flash.css';
import './Row.css';

/** Two names for one animation, so that it restarts with each change of the row. */
const flash = touched => (touched === 0 ? undefined : touched % 2 ? 'flash-odd' : 'flash-even');

const classOf = (edit, touched) => {
  if (edit?.phase === 'open') return 'editing';
  if (isSaving(edit)) return edit.kind === 'delete' ? 'saving deleting' : 'saving';
  return flash(touched);
};

/** A table row: a link, or its form. */
function Row({ link, edit, deleted, touched, actor, isAdded, tags, users, online, can, columns, form }) {
  const row = useRef(null);
  const isForm = edit?.phase === 'open';
  const wasForm = useRef(isForm);

  useEffect(() => {
    if (wasForm.current && isFocusLost()) comeBack(row.current);
    wasForm.current = isForm;
  }, [isForm]);

  useEffect(() => {
    if (isAdded) row.current.scrollIntoView?.({ block: 'nearest' });
  }, [isAdded]);

  useLayoutEffect(() => {
    const element = row.current;
    return () => passOn(element);
  }, []);

  return (
    <tr role="row" ref={row} tabIndex={-1} data-pk={link.id} className={classOf(edit, touched)} aria-busy={isSaving(edit) || undefined}>
      {isForm ? (
        <td role="cell" colSpan={columns}>
          <LinkForm title={t('editLink', { name: edit.base.name })} {...{ edit, actor, deleted, tags, users, online, form }} />
        </td>
      ) : <LinkCells {...{ link, edit, actor, tags, users, online, can, form }} />}
    </tr>
  );
}

Row.propTypes = {
  link: linkShape.isRequired,
  edit: editShape,
  deleted: PropTypes.bool,
  touched: PropTypes.number.isRequired,
  actor: actorShape,
  isAdded: PropTypes.bool.isRequired,
  tags: PropTypes.instanceOf(Map).isRequired,
  users: PropTypes.instanceOf(Map).isRequired,
  online: PropTypes.bool.isRequired,
  can: canShape.isRequired,
  columns: PropTypes.number.isRequired,
  form: formShape.isRequired,
};

export default memo(Row);
