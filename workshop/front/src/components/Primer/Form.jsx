import { useState } from 'react';
import PropTypes from 'prop-types';

import Refused from './Refused';
import './Form.css';

/**
 * A form on one line. `buttons`: { text, onPress(values) }; `fields`: { name, label, initial, input: more
 * props of the input }.
 */
export default function Form({ id, fields, buttons, isDisabled, refusal }) {
  const [values, setValues] = useState(() => Object.fromEntries(fields.map(({ name, initial }) => [name, initial])));

  const onSubmit = event => {
    event.preventDefault();
    const { submitter } = event.nativeEvent;
    if (!isDisabled) buttons[Number(submitter?.value ?? 0)].onPress(values);
  };

  return (
    <form className="live-form" onSubmit={onSubmit}>
      {fields.map(({ name, label, input }) => (
        <div key={name} className="field">
          <label htmlFor={`live-${id}-${name}`}>{label}</label>
          <input
            id={`live-${id}-${name}`} name={name} className="form-control" autoComplete="off" required dir="auto" {...input}
            value={values[name]} onChange={event => setValues({ ...values, [name]: event.target.value })}
          />
        </div>
      ))}
      <div className="buttons">
        {buttons.map(({ text }, n) => (
          <button
            key={text} type="submit" value={n} disabled={isDisabled}
            className={`btn ${n === 0 ? 'btn-primary' : 'btn-outline-primary'}`}
          >
            {text}
          </button>
        ))}
      </div>
      <Refused text={refusal} />
    </form>
  );
}

Form.propTypes = {
  id: PropTypes.string.isRequired,
  fields: PropTypes.array.isRequired,
  buttons: PropTypes.array.isRequired,
  isDisabled: PropTypes.bool.isRequired,
  refusal: PropTypes.string,
};
