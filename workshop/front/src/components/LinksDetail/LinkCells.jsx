import PropTypes from 'prop-types';

import { isChanged } from '../../utils/edit';
import { t } from '../../utils/i18n';
import { alertText, inWords, tagLabel, userLabel, yesNo } from './labels';
import Description from './Description';
import LinkUrl from './LinkUrl';
import RowActions from './RowActions';
import { actorShape, canShape, editShape, formShape, linkShape, needs } from './shapes';
import './ChangedBy.css';
import './RowAlert.css';

/** The table cells of one link. */
export default function LinkCells({ link, edit, actor, tags, users, online, can, form }) {
  const { name, url, description, pending, user } = link;
  return (
    <>
      <th scope="row" role="rowheader" data-label={t('name')}><bdi>{name}</bdi></th>
      <td role="cell" data-label={t('url')}><LinkUrl url={url} /></td>
      <td role="cell" data-label={t('description')} className="description">
        <Description text={description} name={name} />
        {edit?.phase === 'notice' && (isChanged(edit)
          ? <Outdated {...{ edit, tags, users, online, form }} />
          : <RowAlert edit={edit} onDismiss={form.onCancel}>{alertText(edit.alert)}</RowAlert>)}
      </td>
      <td role="cell" data-label={t('tags')}>
        <ul className="tags">
          {link.tags.map(tag => <li key={tag} data-tag={tag}><bdi>{tagLabel(tags, tag)}</bdi></li>)}
        </ul>
      </td>
      <td role="cell" data-label={t('user')} className="user">
        <bdi>{userLabel(users, user)}</bdi>
        {actor && <span className="changed-by">{t(actor.action === 'create' ? 'addedBy' : 'changedBy', { actor: actor.name })}</span>}
      </td>
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
  actor: actorShape,
  tags: PropTypes.instanceOf(Map).isRequired,
  users: PropTypes.instanceOf(Map).isRequired,
  online: PropTypes.bool.isRequired,
  can: canShape.isRequired,
  form: formShape.isRequired,
};

/** A deletion refused because the link has changed: shows the changes and offers to delete it anyway. */
function Outdated({ edit: { key, pk, base, values, theirs, alert }, tags, users, online, form }) {
  const words = (name, from) => inWords(name, from[name], tags, users);
  const goOn = event => {
    event.target.closest('tr').focus();
    form.onDelete({ ...values, id: pk });
  };
  return (
    <RowAlert edit={{ key, alert }} onDismiss={form.onCancel}>
      <div>
        {t('alertOutdated')}
        <ul className="changes">
          {theirs.map(name => <li key={name}>{t(name)}: <bdi>{words(name, base)}</bdi> → <bdi>{words(name, values)}</bdi></li>)}
        </ul>
        <button type="button" className="btn btn-sm btn-danger delete-anyway" {...needs(online)} onClick={goOn}>{t('deleteAnyway')}</button>
      </div>
    </RowAlert>
  );
}

Outdated.propTypes = {
  edit: editShape.isRequired,
  tags: PropTypes.instanceOf(Map).isRequired,
  users: PropTypes.instanceOf(Map).isRequired,
  online: PropTypes.bool.isRequired,
  form: formShape.isRequired,
};

function RowAlert({ edit: { key, alert }, onDismiss, children }) {
  return (
    <div className={`row-alert alert ${alert.code === 'recovered' ? 'alert-success' : 'alert-danger'}`} role="alert">
      {children}
      <button type="button" className="btn-close" aria-label={t('dismiss')} onClick={() => onDismiss(key)} />
    </div>
  );
}

RowAlert.propTypes = {
  edit: PropTypes.shape({ key: PropTypes.number.isRequired, alert: PropTypes.object.isRequired }).isRequired,
  onDismiss: PropTypes.func.isRequired,
  children: PropTypes.node.isRequired,
};
