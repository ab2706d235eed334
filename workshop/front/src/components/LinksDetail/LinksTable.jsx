import PropTypes from 'prop-types';

import { t } from '../../utils/i18n';
import LinkRow from './LinkRow';

export const COLUMNS = ['name', 'url', 'description', 'tags', 'user', 'pending'];

/** The roles are written out because the small-screen layout takes a table's own ones away. */
export default function LinksTable({ rows: { links, tags, users, touched } }) {
  return (
    <table className="table links-table" role="table">
      <caption>{t('linksCaption')}</caption>
      <thead role="rowgroup">
        <tr role="row">
          {COLUMNS.map(column => <th key={column} scope="col" role="columnheader">{t(column)}</th>)}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {links.map(link => (
          <LinkRow key={link.id} link={link} tags={tags} users={users} touched={touched.get(link.id) ?? 0} />
        ))}
      </tbody>
    </table>
  );
}

LinksTable.propTypes = {
  rows: PropTypes.shape({
    links: PropTypes.array.isRequired,
    tags: PropTypes.instanceOf(Map).isRequired,
    users: PropTypes.instanceOf(Map).isRequired,
    touched: PropTypes.instanceOf(Map).isRequired,
  }).isRequired,
};
