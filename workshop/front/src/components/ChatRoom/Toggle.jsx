import PropTypes from 'prop-types';

/** Shows or hides a side list in a narrow window, where there is room for a symbol but not for its `label`. */
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
