import PropTypes from 'prop-types';

export default function Refused({ id, text }) {
  return text ? <p id={id} className="refusal" role="alert">{text}</p> : null;
}

Refused.propTypes = { id: PropTypes.string, text: PropTypes.string };
