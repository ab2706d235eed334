import PropTypes from 'prop-types';

/** In a narrow window: shows or hides what else stands beside the messages. It has room for a sign, not for its `label`. */
export default function Toggle({ of, sign, label, isOpen, onToggle, children }) {
  return (
    <button
      type="button" className={`toggle toggle-${of} btn btn-sm btn-outline-secondary`}
      aria-expanded={isOpen} aria-controls={of} onClick={() => onToggle(of)}
    >
      <span aria-hidden="true">{sign}</span>
      <span className="visually-hidden">{label}</span>
      {children}
    </button>
  );
}

Toggle.propTypes = {
  of: PropTypes.oneOf(['rooms', 'people']).isRequired,
  sign: PropTypes.node.isRequired,
  label: PropTypes.string.isRequired,
  isOpen: PropTypes.bool.isRequired,
  onToggle: PropTypes.func.isRequired,
  children: PropTypes.node.isRequired,
};
