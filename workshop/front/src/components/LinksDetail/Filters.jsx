import PropTypes from 'prop-types';

import { t } from '../../utils/i18n';
import { ALL, isFiltered, ORDERS } from '../../utils/query';
import { byName, tagLabel, userLabel } from './labels';
import './Filters.css';

function Select({ name, value, options, onChange }) {
  return (
    <label className="filter">
      <span>{t(name)}</span>
      <select className="form-select" name={`filter-${name}`} value={value} onChange={event => onChange(event.target.value)}>
        {options.map(([key, text]) => <option key={key} value={key}>{text}</option>)}
      </select>
    </label>
  );
}

Select.propTypes = {
  name: PropTypes.string.isRequired,
  value: PropTypes.oneOfType([PropTypes.string, PropTypes.number]).isRequired,
  options: PropTypes.array.isRequired,
  onChange: PropTypes.func.isRequired,
};

const ANY = () => ['', t('any')];
const asPk = text => (text === '' ? null : Number(text));
const asBoolean = text => (text === '' ? null : text === 'true');

/** The filters and the order of the links. `people`: the pks of users who own links. */
export default function Filters({ query, tags, users, people, onQuery }) {
  const { search, tag, pending, user, order } = query;
  return (
    <form className="filters" role="search" onSubmit={event => event.preventDefault()}>
      <label className="filter search">
        <span>{t('search')}</span>
        <input type="search" className="form-control" name="search" value={search} autoComplete="off"
          onChange={event => onQuery({ search: event.target.value })} />
      </label>
      <Select name="tag" value={tag ?? ''} options={[ANY(), ...byName([...tags.keys()], pk => tagLabel(tags, pk))]}
        onChange={text => onQuery({ tag: asPk(text) })} />
      <Select name="pending" value={pending === null ? '' : String(pending)}
        options={[ANY(), ['true', t('yes')], ['false', t('no')]]} onChange={text => onQuery({ pending: asBoolean(text) })} />
      <Select name="user" value={user ?? ''} options={[ANY(), ...byName(people, pk => userLabel(users, pk))]}
        onChange={text => onQuery({ user: asPk(text) })} />
      <Select name="order" value={order} options={ORDERS.map(key => [key, t(`order_${key}`)])}
        onChange={key => onQuery({ order: key })} />
      {isFiltered(query) && (
        <button type="button" className="clear-filters btn btn-sm btn-outline-secondary" onClick={() => onQuery({ ...ALL, order })}>
          {t('clearFilters')}
        </button>
      )}
    </form>
  );
}

Filters.propTypes = {
  query: PropTypes.object.isRequired,
  tags: PropTypes.instanceOf(Map).isRequired,
  users: PropTypes.instanceOf(Map).isRequired,
  people: PropTypes.arrayOf(PropTypes.number).isRequired,
  onQuery: PropTypes.func.isRequired,
};
