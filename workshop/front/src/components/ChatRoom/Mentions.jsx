import PropTypes from 'prop-types';

import { t } from '../../utils/chat/texts';
import './Mentions.css';

export const LIST_ID = 'mentions';
export const optionId = at => `${LIST_ID}-${at}`;

/** Keeps the focus in the text field when a name is clicked. */
const keepFocus = event => event.preventDefault();

/** The list of names that may complete the “@…” being typed. The text field handles the keys: see useMentions. */
export default function Mentions({ names, active, onChoose }) {
  if (names.length === 0) return null;
  return (
    <ul id={LIST_ID} className="mentions" role="listbox" aria-label={t('mentionLabel')}>
      {names.map((name, at) => (
        <li
          key={name} id={optionId(at)} role="option" aria-selected={at === active}
          onMouseDown={keepFocus} onClick={() => onChoose(name)}
        >
          <bdi>@{name}</bdi>
        </li>
      ))}
    </ul>
  );
}

Mentions.propTypes = {
  names: PropTypes.arrayOf(PropTypes.string).isRequired,
  active: PropTypes.number.isRequired,
  onChoose: PropTypes.func.isRequired,
};
