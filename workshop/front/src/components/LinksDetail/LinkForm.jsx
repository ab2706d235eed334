import { useEffect, useRef } from 'react';
import PropTypes from 'prop-types';

import { isChanged, undecided } from '../../utils/edit';
import { t } from '../../utils/i18n';
import { isComposing } from '../../utils/keys';
import { Area, Check, Choice, Tags, Text } from './fields';
import { chooseFirst, chooseNext, enter } from './focus';
import { alertText, inWords } from './labels';
import { actorShape, editShape, formShape, needs } from './shapes';
import './LinkForm.css';

/** The form of a link. Enter saves (Ctrl+Enter in the description), Escape cancels. */
export default function LinkForm({ title, edit, actor, deleted = false, tags, users, online, form }) {
  const element = useRef(null);
  const { key, base, values, errors, theirs, alert } = edit;
  const choices = deleted ? [] : undecided(edit);
  const shown = deleted ? { code: 'gone' } : isChanged(edit) && choices.length === 0 ? null : alert;

  // A form restored after a reload must not take the focus.
  const asked = useRef(!edit.restored);
  useEffect(() => {
    if (asked.current) enter(element.current);
  }, []);

  const onSubmit = event => {
    event.preventDefault();
    if (!online || deleted) return;
    form.onSave(key);
    chooseFirst(element.current);
  };
  const onKeyDown = event => {
    if (isComposing(event)) return;
    if (event.key === 'Escape') form.onCancel(key);
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) onSubmit(event);
  };
  const choose = name => mine => {
    chooseNext(element.current, name);
    form.onChoose(key, name, mine);
  };
  const isMerged = theirs.includes('tags') && String(base.tags) !== String(values.tags);
  const differs = name => (name === 'tags' ? isMerged : choices.includes(name));
  const field = name => ({
    id: `link-${key}-${name}`,
    name,
    value: values[name],
    errors: errors[name],
    now: differs(name) ? inWords(name, base[name], tags, users) : undefined,
    onChoose: choices.includes(name) ? choose(name) : undefined,
    onType: value => form.onType(key, name, value),
  });

  return (
    <form className="link-form" ref={element} noValidate aria-label={title} onSubmit={onSubmit} onKeyDown={onKeyDown}>
      <h2 className="h6"><bdi>{title}</bdi></h2>
      {shown && <div className="form-alert alert alert-danger" role="alert">{alertText(shown)}</div>}
      <p className="theirs" role="status">
        {!deleted && theirs.length > 0 && t(actor ? 'theirsBy' : 'theirs', { actor: actor?.name, fields: theirs.map(name => t(name)).join(', ') })}
      </p>
      <div className="fields">
        <Text {...field('name')} required />
        <Text {...field('url')} type="url" required />
        <Choice {...field('user')} options={users} />
        <Area {...field('description')} />
        <Tags {...field('tags')} options={tags} />
        <Check {...field('pending')} />
      </div>
      <div className="buttons">
        {deleted
          ? <button type="button" className="btn btn-primary again-link" onClick={() => form.onAgain(key)}>{t('addAgain')}</button>
          : <button type="submit" className="btn btn-primary save-link" {...needs(online)}>{t('save')}</button>}
        <button type="button" className="btn btn-outline-secondary cancel-link" onClick={() => form.onCancel(key)}>{t('cancel')}</button>
      </div>
    </form>
  );
}

LinkForm.propTypes = {
  title: PropTypes.string.isRequired,
  edit: editShape.isRequired,
  actor: actorShape,
  deleted: PropTypes.bool,
  tags: PropTypes.instanceOf(Map).isRequired,
  users: PropTypes.instanceOf(Map).isRequired,
  online: PropTypes.bool.isRequired,
  form: formShape.isRequired,
};
