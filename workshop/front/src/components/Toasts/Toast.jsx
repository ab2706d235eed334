import { useEffect } from 'react';
import PropTypes from 'prop-types';

import { t } from '../../utils/i18n';

const SHOWN_FOR = 6000;
const ACTION_FOR = 20000;

export default function Toast({ id, text, action, onDismiss }) {
  const shownFor = action ? ACTION_FOR : SHOWN_FOR;
  const act = () => {
    onDismiss(id);
    action.onClick();
  };
  useEffect(() => {
    const timer = setTimeout(() => onDismiss(id), shownFor);
    return () => clearTimeout(timer);
  }, [id, shownFor, onDismiss]);
  return (
    <div className="site-toast">
      <bdi>{text}</bdi>
      {action?.url && <a className="btn btn-sm btn-outline-primary" href={action.url}>{action.text}</a>}
      {action && !action.url && <button type="button" className="undo-link btn btn-sm btn-outline-primary" onClick={act}>{action.text}</button>}
      <button type="button" className="btn-close" aria-label={t('dismiss')} onClick={() => onDismiss(id)} />
    </div>
  );
}

Toast.propTypes = {
  id: PropTypes.number.isRequired,
  text: PropTypes.string.isRequired,
  action: PropTypes.shape({ text: PropTypes.string.isRequired, onClick: PropTypes.func, url: PropTypes.string }),
  onDismiss: PropTypes.func.isRequired,
};
