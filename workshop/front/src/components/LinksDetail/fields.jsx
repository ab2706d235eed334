import PropTypes from 'prop-types';

import { t } from '../../utils/i18n';
import { byName, tagLabel, userLabel } from './labels';

const errorId = id => `${id}-error`;
const nowId = id => `${id}-now`;

/** The ARIA attributes that tie a control to its messages. */
const described = ({ id, errors, now }) => ({
  'aria-invalid': errors ? true : undefined,
  'aria-describedby': [errors && errorId(id), now !== undefined && nowId(id)].filter(Boolean).join(' ') || undefined,
});

/** The two ways to resolve a field's conflict, one click each. */
function Sides({ id, name, onChoose }) {
  const side = (text, mine) => (
    <button type="button" className="btn btn-sm btn-outline-primary" aria-label={`${t(text)}: ${t(name)}`}
      onClick={() => onChoose(mine)}>
      {t(text)}
    </button>
  );
  return <div className="sides" role="group" aria-labelledby={nowId(id)}>{side('takeTheirs', false)}{side('keepMine', true)}</div>;
}

Sides.propTypes = { id: PropTypes.string.isRequired, name: PropTypes.string.isRequired, onChoose: PropTypes.func.isRequired };

function Notes({ id, name, errors, now, onChoose }) {
  return (
    <>
      {now !== undefined && <p className="now" id={nowId(id)}>{t('now')} <bdi>{now}</bdi></p>}
      {onChoose && <Sides {...{ id, name, onChoose }} />}
      {errors && <p className="field-error" id={errorId(id)}>{errors.join(' ')}</p>}
    </>
  );
}

const noteTypes = {
  id: PropTypes.string.isRequired,
  name: PropTypes.string.isRequired,
  errors: PropTypes.arrayOf(PropTypes.string),
  now: PropTypes.string,
  onChoose: PropTypes.func,
};

const fieldTypes = { ...noteTypes, onType: PropTypes.func.isRequired };

Notes.propTypes = noteTypes;

export function Text({ type = 'text', required, ...field }) {
  const { id, name, value, onType } = field;
  return (
    <div className={`field field-${name}`}>
      <label className="form-label" htmlFor={id}>{t(name)}</label>
      <input className="form-control" {...{ id, name, type, value, required }} {...described(field)}
        autoComplete="off" onChange={event => onType(event.target.value)} />
      <Notes {...field} />
    </div>
  );
}

Text.propTypes = { ...fieldTypes, value: PropTypes.string.isRequired, type: PropTypes.string, required: PropTypes.bool };

export function Area(field) {
  const { id, name, value, onType } = field;
  return (
    <div className={`field field-${name}`}>
      <label className="form-label" htmlFor={id}>{t(name)}</label>
      <textarea className="form-control" rows={3} {...{ id, name, value }} {...described(field)}
        onChange={event => onType(event.target.value)} />
      <Notes {...field} />
    </div>
  );
}

Area.propTypes = { ...fieldTypes, value: PropTypes.string.isRequired };

export function Check(field) {
  const { id, name, value, onType } = field;
  return (
    <div className={`field field-${name}`}>
      <div className="form-check">
        <input type="checkbox" className="form-check-input" {...{ id, name }} checked={value}
          {...described(field)} onChange={event => onType(event.target.checked)} />
        <label htmlFor={id}>{t(name)}</label>
      </div>
      <Notes {...field} />
    </div>
  );
}

Check.propTypes = { ...fieldTypes, value: PropTypes.bool.isRequired };

/** The users to choose from, including the chosen one if the page doesn't know it. */
const choices = (users, chosen) => (chosen === null || users.has(chosen) ? users : new Map([...users, [chosen, {}]]));

const named = users => byName([...users.keys()], pk => userLabel(users, pk));

export function Choice({ options, ...field }) {
  const { id, name, value, onType } = field;
  return (
    <div className={`field field-${name}`}>
      <label className="form-label" htmlFor={id}>{t(name)}</label>
      <select className="form-select" {...{ id, name }} value={value ?? ''} {...described(field)}
        onChange={event => onType(event.target.value === '' ? null : Number(event.target.value))}>
        {value === null && <option value="">{t('nobodyChosen')}</option>}
        {named(choices(options, value)).map(([pk, text]) => <option key={pk} value={pk}>{text}</option>)}
      </select>
      <Notes {...field} />
    </div>
  );
}

Choice.propTypes = { ...fieldTypes, value: PropTypes.number, options: PropTypes.instanceOf(Map).isRequired };

const toggled = (tags, tag, on) => (on ? [...tags, tag].sort((a, b) => a - b) : tags.filter(other => other !== tag));

export function Tags({ options, ...field }) {
  const { id, name, value, onType } = field;
  const all = [...new Set([...options.keys(), ...value])];
  return (
    <fieldset className={`field field-${name}`} {...described(field)}>
      <legend className="form-label">{t(name)}</legend>
      <div className="tag-choices">
        {all.map(tag => (
          <label key={tag} className="tag-choice">
            <input type="checkbox" className="form-check-input" name={name} value={tag} id={`${id}-${tag}`}
              checked={value.includes(tag)} onChange={event => onType(toggled(value, tag, event.target.checked))} />
            <bdi>{tagLabel(options, tag)}</bdi>
          </label>
        ))}
        {all.length === 0 && t('noTags')}
      </div>
      <Notes {...field} />
    </fieldset>
  );
}

Tags.propTypes = { ...fieldTypes, value: PropTypes.arrayOf(PropTypes.number).isRequired, options: PropTypes.instanceOf(Map).isRequired };
