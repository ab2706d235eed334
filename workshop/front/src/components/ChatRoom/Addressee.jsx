import PropTypes from 'prop-types';

import { t } from '../../utils/chat/texts';

/** The recipient of the next messages, with a button to write to the whole room again. */
export default function Addressee({ name, onRemove }) {
  return (
    <p className="addressee">
      <bdi>{t('to', { name })}</bdi>
      <button type="button" className="btn-close" aria-label={t('toEverybody', { name })} onClick={onRemove} />
    </p>
  );
}

Addressee.propTypes = {
  name: PropTypes.string.isRequired,
  onRemove: PropTypes.func.isRequired,
};
