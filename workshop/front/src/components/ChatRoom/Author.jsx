import PropTypes from 'prop-types';

import { t } from '../../utils/chat/texts';

/** A message's author; a click starts a private reply. Not a tab stop: the list of people is a shorter way by keyboard. */
export default function Author({ name, label, isMe, onPrivate }) {
  if (!onPrivate || isMe) return <bdi className="author">{label}</bdi>;
  return (
    <button
      type="button" className="author" tabIndex={-1}
      title={t('writePrivately', { name })} onClick={() => onPrivate(name)}
    >
      <bdi>{label}</bdi>
    </button>
  );
}

Author.propTypes = {
  name: PropTypes.string.isRequired,
  label: PropTypes.string.isRequired,
  isMe: PropTypes.bool.isRequired,
  onPrivate: PropTypes.func,
};
