import { useState } from 'react';
import PropTypes from 'prop-types';

import { t } from '../../utils/primer/texts';
import Refused from './Refused';
import { shapeOfCan, shapeOfValue } from './shapes';
import '../../styles/flash.css';

const SMALLEST = -(2 ** 31);
const LARGEST = 2 ** 31 - 1;
export const LIMITS = { type: 'number', min: SMALLEST, max: LARGEST, required: true };

function Step({ label, children, onClick, isDisabled }) {
  return (
    <button type="button" className="btn btn-sm btn-outline-primary" aria-label={label} disabled={isDisabled} onClick={onClick}>
      {children}
    </button>
  );
}

Step.propTypes = {
  label: PropTypes.string.isRequired,
  children: PropTypes.node.isRequired,
  onClick: PropTypes.func.isRequired,
  isDisabled: PropTypes.bool.isRequired,
};

/** Keeps its text until the change is made, so that a refusal doesn't lose it. */
function SetForm({ row, describedBy, isDisabled, onSet }) {
  const { pk, name } = row;
  const [text, setText] = useState('');

  const onSubmit = async event => {
    event.preventDefault();
    if (isDisabled || text === '') return;
    if (await onSet(row, Number(text))) setText(now => (now === text ? '' : now));
  };

  return (
    <form onSubmit={onSubmit}>
      <input
        {...LIMITS} name={`set-${pk}`} className="form-control" aria-label={t('valueOf', { name })}
        aria-describedby={describedBy} autoComplete="off" value={text} onChange={event => setText(event.target.value)}
      />
      <button type="submit" className="btn btn-sm btn-outline-primary" aria-label={t('setOne', { name })} disabled={isDisabled}>
        {t('set')}
      </button>
    </form>
  );
}

SetForm.propTypes = {
  row: shapeOfValue,
  describedBy: PropTypes.string,
  isDisabled: PropTypes.bool.isRequired,
  onSet: PropTypes.func.isRequired,
};

export default function ValueRow({ row, refusal, can, isDisabled, onSet, onDelete }) {
  const { pk, name, value, touched } = row;
  const refusalId = `live-refusal-${pk}`;
  const flash = touched === 0 ? undefined : touched % 2 ? 'flash-odd' : 'flash-even';
  return (
    <tr data-pk={pk} className={flash} aria-label={name}>
      <th scope="row"><bdi>{name}</bdi></th>
      <td className="value">{value}</td>
      <td className="actions">
        <div>
          {can.change && (
            <>
              <Step label={t('less', { name })} isDisabled={isDisabled} onClick={() => onSet(row, value - 1)}>−</Step>
              <Step label={t('more', { name })} isDisabled={isDisabled} onClick={() => onSet(row, value + 1)}>+</Step>
              <SetForm row={row} describedBy={refusal && refusalId} isDisabled={isDisabled} onSet={onSet} />
            </>
          )}
          {can.delete && (
            <button
              type="button" className="btn btn-sm btn-outline-secondary" aria-label={t('deleteOne', { name })}
              disabled={isDisabled} onClick={() => onDelete(row)}
            >
              {t('delete')}
            </button>
          )}
        </div>
        <Refused id={refusalId} text={refusal} />
      </td>
    </tr>
  );
}

ValueRow.propTypes = {
  row: shapeOfValue,
  refusal: PropTypes.string,
  can: shapeOfCan,
  isDisabled: PropTypes.bool.isRequired,
  onSet: PropTypes.func.isRequired,
  onDelete: PropTypes.func.isRequired,
};
