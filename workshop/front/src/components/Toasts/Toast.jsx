import { useEffect } from 'react';
import PropTypes from 'prop-types';

import { t } from '../../utils/i18n';

const SHOWN_FOR = 6000;

export default function Toast({ id, text, onDismiss }) {
  useEffect(() => {
    const timer = setTimeout(() => onDismiss(id), SHOWN_FOR);
    return () => clearTimeout(timer);
  }, [id, onDismiss]);
  return (
    <div className="site-toast">
      <bdi>{text}</bdi>
      <button type="button" className="btn-close" aria-label={t('dismiss')} onClick={() => onDismiss(id)} />
    </div>
  );
}

Toast.propTypes = {
  id: PropTypes.number.isRequired,
  text: PropTypes.string.isRequired,
  onDismiss: PropTypes.func.isRequired,
};
