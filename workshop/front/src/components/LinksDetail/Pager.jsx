import PropTypes from 'prop-types';

import { t } from '../../utils/i18n';
import './Pager.css';

/** The number of links and, if there is more than one page, buttons to turn it. */
export default function Pager({ first, last, count, page, pages, onPage }) {
  const button = (key, to) => (
    <button type="button" className={`btn btn-sm btn-outline-secondary ${key}-page`} disabled={to < 1 || to > pages} onClick={() => onPage(to)}>
      {t(key)}
    </button>
  );
  return (
    <nav className="pager" aria-label={t('pages')}>
      <span aria-live="polite">{count > 0 && t('shown', { first, last, count })}</span>
      {pages > 1 && <>{button('previous', page - 1)}{button('next', page + 1)}</>}
    </nav>
  );
}

Pager.propTypes = {
  first: PropTypes.number.isRequired,
  last: PropTypes.number.isRequired,
  count: PropTypes.number.isRequired,
  page: PropTypes.number.isRequired,
  pages: PropTypes.number.isRequired,
  onPage: PropTypes.func.isRequired,
};
