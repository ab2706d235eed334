import PropTypes from 'prop-types';

import Toast from './Toast';
import '../../styles/live.css';
import './index.css';

/** Toasts in a live region, which stays mounted while empty: only what is added to a live region is announced. */
export default function Toasts({ toasts, onDismiss }) {
  return (
    <div className="toasts" aria-live="polite">
      {toasts.map(toast => <Toast key={toast.id} {...toast} onDismiss={onDismiss} />)}
    </div>
  );
}

Toasts.propTypes = {
  toasts: PropTypes.arrayOf(PropTypes.shape({
    id: PropTypes.number.isRequired,
    text: PropTypes.string.isRequired,
    action: PropTypes.object,
  })).isRequired,
  onDismiss: PropTypes.func.isRequired,
};
