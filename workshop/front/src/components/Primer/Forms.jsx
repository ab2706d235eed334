import PropTypes from 'prop-types';

import { t } from '../../utils/primer/texts';
import Form from './Form';

/** Shows `forms` (utils/primer/forms.js), which send through `send(data)`. */
export default function Forms({ forms, send, isDisabled }) {
  return forms.map(({ id, fields, frames }) => (
    <Form
      key={id} id={id} fields={fields()} isDisabled={isDisabled}
      buttons={Object.entries(frames).map(([key, make]) => ({
        text: t(key), onPress: values => make(values).forEach(data => send(data)),
      }))}
    />
  ));
}

Forms.propTypes = {
  forms: PropTypes.array.isRequired,
  send: PropTypes.func,
  isDisabled: PropTypes.bool.isRequired,
};
