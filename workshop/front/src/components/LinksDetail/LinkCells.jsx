import PropTypes from 'prop-types';

import { t } from '../../utils/i18n';
import { alertText, tagLabel, userLabel, yesNo } from './labels';
import LinkUrl from './LinkUrl';
import RowActions from './RowActions';
import { canShape, editShape, formShape, linkShape } from './shapes';

/** The cells of a link. */
export default function LinkCells({ link, edit, tags, users, online, can, form }) {
  const { name, url, description, pending, user } = link;
  return (
    <>
      <th scope="row" role="rowheader" data-label={t('name')}><bdi>{name}</bdi></th>
      <td role="cell" data-label={t('url')}><LinkUrl url={url} /></td>
      <td role="cell" data-label={t('description')} className="description">
        <bdi>{description}</bdi>
        {edit?.phase === 'notice' && <RowAlert edit={edit} onDismiss={form.onCancel} />}
      </td>
      <td role="cell" data-label={t('tags')}>
        <ul className="tags">
          {link.tags.map(tag => <li key={tag} data-tag={tag}><bdi>{tagLabel(tags, tag)}</bdi></li>)}
        </ul>
      </td>
      <td role="cell" data-label={t('user')} className="user"><bdi>{userLabel(users, user)}</bdi></td>
      <td role="cell" data-label={t('pending')} data-pending={pending}>{yesNo(pending)}</td>
      {(can.change || can.delete) && (
        <td role="cell" data-label={t('actions')} className="actions">
          <RowActions {...{ link, edit, online, can, form }} />
        </td>
      )}
    </>
  );
}

LinkCells.propTypes = {
  link: linkShape.isRequired,
  edit: editShape,
  tags: PropTypes.instanceOf(Map).isRequired,
  users: PropTypes.instanceOf(Map).isRequired,
  online: PropTypes.bool.isRequired,
  can: canShape.isRequired,
  form: formShape.isRequired,
};

function RowAlert({ edit: { key, alert }, onDismiss }) {
  return (
    <div className={`row-alert alert ${alert.code === 'recovered' ? 'alert-success' : 'alert-danger'}`} role="alert">
      {alertText(alert)}
      <button type="button" className="btn-close" aria-label={t('dismiss')} onClick={() => onDismiss(key)} />
    </div>
  );
}

RowAlert.propTypes = { edit: editShape.isRequired, onDismiss: PropTypes.func.isRequired };
