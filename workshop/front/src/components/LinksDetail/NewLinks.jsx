import { useEffect, useRef } from 'react';
import PropTypes from 'prop-types';

import { t } from '../../utils/i18n';
import LinkForm from './LinkForm';
import { canShape, editShape, formShape, needs } from './shapes';
import { isFocusLost } from './focus';
import './NewLinks.css';

/** The forms of unsaved new links or, if there are none, the button that opens one. */
export default function NewLinks({ forms, tags, users, online, can, form }) {
  const button = useRef(null);
  const open = forms.length;
  const before = useRef(open);

  useEffect(() => {
    if (open < before.current && isFocusLost()) button.current?.focus();
    before.current = open;
  }, [open]);

  return (
    <div className="new-links">
      {forms.map(edit => (
        <LinkForm key={edit.key} title={t('newLink')} {...{ edit, tags, users, online, form }} />
      ))}
      {can.add && open === 0 && (
        <button type="button" ref={button} className="btn btn-primary add-link" {...needs(online)} onClick={form.onAdd}>
          {t('addLink')}
        </button>
      )}
    </div>
  );
}

NewLinks.propTypes = {
  forms: PropTypes.arrayOf(editShape).isRequired,
  tags: PropTypes.instanceOf(Map).isRequired,
  users: PropTypes.instanceOf(Map).isRequired,
  online: PropTypes.bool.isRequired,
  can: canShape.isRequired,
  form: formShape.isRequired,
};
