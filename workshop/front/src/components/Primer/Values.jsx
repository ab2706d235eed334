import PropTypes from 'prop-types';

import { NEW, textFor } from '../../utils/primer/refused';
import { t } from '../../utils/primer/texts';
import Form from './Form';
import Rights from './Rights';
import { shapeOfRefused, shapeOfRights, shapeOfValue } from './shapes';
import ValueRow, { LIMITS } from './ValueRow';
import '../../styles/table.css';
import './Values.css';

const MOST_CHARACTERS = 100;

export default function Values({ values, refused, rights, isDisabled, onAdd, onSet, onDelete }) {
  const { can } = rights;
  const fields = [
    { name: 'name', label: t('name'), initial: '', input: { maxLength: MOST_CHARACTERS } },
    { name: 'value', label: t('value'), initial: '0', input: LIMITS },
  ];
  return (
    <>
      <Rights rights={rights} />
      {can.add && (
        <Form
          id="binding" fields={fields} isDisabled={isDisabled} refusal={textFor(refused, NEW)}
          buttons={[{ text: t('add'), onPress: ({ name, value }) => onAdd(name, Number(value)) }]}
        />
      )}
      <div className="values-box" tabIndex={0} role="group" aria-label={t('valuesCaption')}>
        <table className="values-table table">
          <thead>
            <tr>
              <th scope="col">{t('name')}</th>
              <th scope="col" className="value">{t('value')}</th>
              <th scope="col"><span className="visually-hidden">{t('actions')}</span></th>
            </tr>
          </thead>
          <tbody>
            {values.map(row => (
              <ValueRow key={row.pk} refusal={textFor(refused, row.pk)} {...{ row, can, isDisabled, onSet, onDelete }} />
            ))}
          </tbody>
        </table>
        {values.length === 0 && <p className="no-values">{t('noValues')}</p>}
      </div>
    </>
  );
}

Values.propTypes = {
  values: PropTypes.arrayOf(shapeOfValue).isRequired,
  refused: PropTypes.arrayOf(shapeOfRefused).isRequired,
  rights: shapeOfRights,
  isDisabled: PropTypes.bool.isRequired,
  onAdd: PropTypes.func.isRequired,
  onSet: PropTypes.func.isRequired,
  onDelete: PropTypes.func.isRequired,
};
