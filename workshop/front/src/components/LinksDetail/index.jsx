import PropTypes from 'prop-types';

import { t } from '../../utils/i18n';
import ConnectionBadge from '../ConnectionBadge';
import LinksTable from './LinksTable';

export default function LinksDetailComponent({ rows, connection, loading, refreshing, failed, onRefresh }) {
  return (
    <section className="links-detail" data-connected={connection === 'connected'} aria-busy={loading}>
      <div className="toolbar">
        <ConnectionBadge state={connection} />
        <button type="button" className="btn btn-sm btn-outline-primary" disabled={refreshing} onClick={onRefresh}>
          {refreshing ? t('refreshing') : t('refresh')}
        </button>
      </div>
      {failed && <div className="alert alert-danger" role="alert">{t('refreshFailed')}</div>}
      {rows.links.length > 0 ? <LinksTable rows={rows} /> : <p className="empty">{t('noLinks')}</p>}
    </section>
  );
}

LinksDetailComponent.propTypes = {
  rows: PropTypes.shape({ links: PropTypes.array.isRequired }).isRequired,
  connection: PropTypes.string.isRequired,
  loading: PropTypes.bool.isRequired,
  refreshing: PropTypes.bool.isRequired,
  failed: PropTypes.bool.isRequired,
  onRefresh: PropTypes.func.isRequired,
};
