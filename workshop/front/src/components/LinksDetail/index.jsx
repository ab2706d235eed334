import { useEffect, useState } from 'react';
import PropTypes from 'prop-types';

import { t } from '../../utils/i18n';
import useLatest from '../../utils/latest';
import { matches, pageOf, pageWith, select } from '../../utils/query';
import ConnectionBadge from '../ConnectionBadge';
import { CONNECTED, LOGGED_OUT } from '../Socket/turns';
import Toasts from '../Toasts';
import useToasts from '../Toasts/useToasts';
import Filters from './Filters';
import { userLabel } from './labels';
import LinksTable from './LinksTable';
import NewLinks from './NewLinks';
import Pager from './Pager';
import { canShape, formShape, linkShape, OFFLINE_ID } from './shapes';
import useQuery from './useQuery';
import '../../styles/live.css';
import './index.css';

export default function LinksDetailComponent(props) {
  const { items, forms, touched, actors, gone, me, tags, users, connection, updatedAt, loading, refreshing, failed, can, form, onRefresh, added, deleted } = props;
  const online = connection === CONNECTED;
  const writes = Boolean(can.add || can.change || can.delete);
  const [toasts, show, dismiss] = useToasts();
  const [said, say] = useState('');
  const [query, onQuery] = useQuery();
  const selected = select(items, query, pk => userLabel(users, pk));
  const shown = pageOf(selected, query);
  const people = [...new Set(items.map(({ link }) => link.user).filter(user => user !== null))];

  const onAdded = useLatest(link => {
    const page = pageWith(selected, link.id);
    if (matches(query, link)) say(t('added', { name: link.name }));
    else show(t('addedHidden', { name: link.name }));
    if (page !== null) onQuery({ page });
  });
  useEffect(() => {
    if (added) onAdded.current(added);
  }, [onAdded, added]);

  useEffect(() => {
    if (deleted) show(t('deleted', { name: deleted.name }), { text: t('undo'), onClick: () => form.onUndo(deleted) });
  }, [show, deleted, form]);

  useEffect(() => {
    if (gone && gone.name !== me) show(t('deletedBy', { actor: gone.name, name: gone.link.name }));
  }, [show, gone, me]);

  return (
    <section className="links-detail" data-connected={online} aria-busy={loading}>
      <div className="toolbar">
        <ConnectionBadge state={connection} updatedAt={updatedAt} />
        <button type="button" className="btn btn-sm btn-outline-primary refresh" disabled={refreshing} onClick={onRefresh}>
          {refreshing ? t('refreshing') : t('refresh')}
        </button>
      </div>
      {failed && <div className="alert alert-danger" role="alert">{t('refreshFailed')}</div>}
      {writes && !online && (
        <p className="offline-reason" id={OFFLINE_ID}>{t(connection === LOGGED_OUT ? 'sessionEnded' : 'offlineReason')}</p>
      )}
      {(can.add || forms.length > 0) && <NewLinks {...{ forms, tags, users, online, can, form }} />}
      {items.length > 0 && <Filters {...{ query, tags, users, people, onQuery }} />}
      {shown.items.length > 0
        ? <LinksTable items={shown.items} {...{ touched, actors, me, tags, users, online, can, form }} added={added?.id} />
        : <p className="empty">{t(items.length > 0 ? 'noMatches' : 'noLinks')}</p>}
      {items.length > 0 && <Pager {...shown} count={selected.length} onPage={page => onQuery({ page })} />}
      <p className="added visually-hidden" aria-live="polite">{said}</p>
      <Toasts toasts={toasts} onDismiss={dismiss} />
    </section>
  );
}

LinksDetailComponent.propTypes = {
  items: PropTypes.array.isRequired,
  forms: PropTypes.array.isRequired,
  touched: PropTypes.instanceOf(Map).isRequired,
  actors: PropTypes.instanceOf(Map).isRequired,
  gone: PropTypes.shape({ link: linkShape.isRequired, name: PropTypes.string.isRequired }),
  me: PropTypes.string,
  tags: PropTypes.instanceOf(Map).isRequired,
  users: PropTypes.instanceOf(Map).isRequired,
  connection: PropTypes.string.isRequired,
  updatedAt: PropTypes.number,
  loading: PropTypes.bool.isRequired,
  refreshing: PropTypes.bool.isRequired,
  failed: PropTypes.bool.isRequired,
  can: canShape.isRequired,
  form: formShape.isRequired,
  onRefresh: PropTypes.func.isRequired,
  added: linkShape,
  deleted: linkShape,
};
