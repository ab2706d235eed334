import { useState } from 'react';
import PropTypes from 'prop-types';

import { t } from '../../utils/i18n';

const SURELY_SHORT = 60;

const isLong = text => text.length > SURELY_SHORT || text.trim().includes('\n');

/** A text clamped to two lines, and a button to expand it. */
export default function Description({ text, name }) {
  const [isWhole, setWhole] = useState(false);
  if (!isLong(text)) return <bdi>{text}</bdi>;
  const label = t(isWhole ? 'less' : 'more');
  return (
    <>
      <bdi className={isWhole ? 'whole' : 'clamped'}>{text}</bdi>
      <button type="button" className="more-link" aria-expanded={isWhole} aria-label={`${label}: ${name}`} onClick={() => setWhole(!isWhole)}>
        {label}
      </button>
    </>
  );
}

Description.propTypes = { text: PropTypes.string.isRequired, name: PropTypes.string.isRequired };
