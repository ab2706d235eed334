import PropTypes from 'prop-types';

import Toast from './Toast';
import '../../styles/live.css';
import './index.css';

/** The region stays on the page while it is empty: a live region announces only what comes into it. */
export default function Toasts({ toasts, onDismiss }) {
  return (
    <div className="toasts" aria-live="polite">
      {toasts.map(({ id, text }) => <Toast key={id} id={id} text={text} onDismiss={onDismiss} />)}
    </div>
  );
}

Toasts.propTypes = {
  toasts: PropTypes.arrayOf(PropTypes.shape({
    id: PropTypes.number.isRequired,
    text: PropTypes.string.isRequired,
  })).isRequired,
  onDismiss: PropTypes.func.isRequired,
};
