import { memo } from 'react';
import PropTypes from 'prop-types';

import { t } from '../../utils/i18n';
import LinkUrl from './LinkUrl';

const label = (row, field, pk) => (typeof row?.[field] === 'string' ? row[field] : `#${pk}`);

/** Two names for one animation: it starts again when the row changes again. */
const flash = touched => (touched === 0 ? undefined : touched % 2 ? 'flash-odd' : 'flash-even');

function LinkRow({ link, tags, users, touched }) {
  const { id, name, url, description, pending, user } = link;
  return (
    <tr role="row" data-pk={id} className={flash(touched)}>
      <th scope="row" role="rowheader" data-label={t('name')}><bdi>{name}</bdi></th>
      <td role="cell" data-label={t('url')}><LinkUrl url={url} /></td>
      <td role="cell" data-label={t('description')} className="description"><bdi>{description}</bdi></td>
      <td role="cell" data-label={t('tags')}>
        <ul className="tags">
          {link.tags.map(tag => <li key={tag} data-tag={tag}><bdi>{label(tags.get(tag), 'name', tag)}</bdi></li>)}
        </ul>
      </td>
      <td role="cell" data-label={t('user')} className="user"><bdi>{user === null ? '' : label(users.get(user), 'username', user)}</bdi></td>
      <td role="cell" data-label={t('pending')} data-pending={pending}>{pending ? t('yes') : t('no')}</td>
    </tr>
  );
}

LinkRow.propTypes = {
  link: PropTypes.shape({
    id: PropTypes.number.isRequired,
    name: PropTypes.string.isRequired,
    url: PropTypes.string.isRequired,
    description: PropTypes.string.isRequired,
    pending: PropTypes.bool.isRequired,
    tags: PropTypes.arrayOf(PropTypes.number).isRequired,
    user: PropTypes.number,
  }).isRequired,
  tags: PropTypes.instanceOf(Map).isRequired,
  users: PropTypes.instanceOf(Map).isRequired,
  touched: PropTypes.number.isRequired,
};

export default memo(LinkRow);
