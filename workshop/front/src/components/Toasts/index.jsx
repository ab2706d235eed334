import PropTypes from 'prop-types';

import Toast from './Toast';
import '../../styles/live.css';
import './index.css';

/** The region stays on the page while it is empty: a live region announces only what comes into it. */
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
