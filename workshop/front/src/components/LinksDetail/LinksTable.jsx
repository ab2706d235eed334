import PropTypes from 'prop-types';

import { t } from '../../utils/i18n';
import Row from './Row';
import { canShape, formShape } from './shapes';
import '../../styles/table.css';
import './LinksTable.css';

export const COLUMNS = ['name', 'url', 'description', 'tags', 'user', 'pending'];

/** Who last changed a link; undefined if it was the visitor. */
const other = (actor, me) => (actor?.name === me ? undefined : actor);

/** Explicit ARIA roles: the small-screen layout strips the table's implicit ones. */
export default function LinksTable({ items, touched, actors, me, added, can, ...others }) {
  const columns = can.change || can.delete ? [...COLUMNS, 'actions'] : COLUMNS;
  return (
    <table className="table links-table" role="table">
      <caption>{t('linksCaption')}</caption>
      <thead role="rowgroup">
        <tr role="row">
          {columns.map(column => <th key={column} scope="col" role="columnheader" className={`column-${column}`}>{t(column)}</th>)}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {items.map(({ key, link, edit, deleted }) => (
          <Row
            key={key}
            {...{ link, edit, deleted, can, columns: columns.length }}
            touched={touched.get(link.id) ?? 0}
            actor={other(actors.get(link.id), me)}
            isAdded={link.id === added}
            {...others}
          />
        ))}
      </tbody>
    </table>
  );
}

LinksTable.propTypes = {
  items: PropTypes.arrayOf(PropTypes.shape({ key: PropTypes.number.isRequired })).isRequired,
  touched: PropTypes.instanceOf(Map).isRequired,
  actors: PropTypes.instanceOf(Map).isRequired,
  me: PropTypes.string,
  added: PropTypes.number,
  tags: PropTypes.instanceOf(Map).isRequired,
  users: PropTypes.instanceOf(Map).isRequired,
  online: PropTypes.bool.isRequired,
  can: canShape.isRequired,
  form: formShape.isRequired,
};
