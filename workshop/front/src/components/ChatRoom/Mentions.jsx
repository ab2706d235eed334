import PropTypes from 'prop-types';

import { t } from '../../utils/chat/texts';
import './Mentions.css';

export const LIST_ID = 'mentions';
export const optionId = at => `${LIST_ID}-${at}`;

/** The focus stays in the text: a press on a name must not take it. */
const keepFocus = event => event.preventDefault();

/** Whom the “@…” that is being written may name. The keys are the text field's: see useMentions. */
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
