import PropTypes from 'prop-types';

import { t } from '../../utils/chat/texts';
import { joinNames } from '../../utils/chat/times';

const MOST_NAMES = 3;

function textOf(names) {
  if (names.length === 0) return '';
  if (names.length > MOST_NAMES) return t('typingMany');
  return t(names.length === 1 ? 'typingOne' : 'typingSome', { names: joinNames(names) });
}

/** Not a live region: it would keep interrupting a screen reader while others type. */
export default function Typing({ names }) {
  return <p className="typing"><bdi>{textOf(names)}</bdi></p>;
}

Typing.propTypes = {
  names: PropTypes.arrayOf(PropTypes.string).isRequired,
};
