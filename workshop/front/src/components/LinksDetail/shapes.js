import PropTypes from 'prop-types';

export const OFFLINE_ID = 'offline-reason';

/** The props of a button that needs the connection. */
export const needs = online => ({ disabled: !online, 'aria-describedby': online ? undefined : OFFLINE_ID });

export const canShape = PropTypes.shape({ add: PropTypes.bool, change: PropTypes.bool, delete: PropTypes.bool });

export const formShape = PropTypes.shape({
  onAdd: PropTypes.func.isRequired,
  onEdit: PropTypes.func.isRequired,
  onType: PropTypes.func.isRequired,
  onChoose: PropTypes.func.isRequired,
  onSave: PropTypes.func.isRequired,
  onCancel: PropTypes.func.isRequired,
  onAgain: PropTypes.func.isRequired,
  onDelete: PropTypes.func.isRequired,
  onUndo: PropTypes.func.isRequired,
});

export const editShape = PropTypes.shape({
  key: PropTypes.number.isRequired,
  phase: PropTypes.oneOf(['open', 'sent', 'settled', 'notice']).isRequired,
  values: PropTypes.object.isRequired,
  errors: PropTypes.object.isRequired,
  theirs: PropTypes.array.isRequired,
  contested: PropTypes.array.isRequired,
  alert: PropTypes.object,
});

/** Who made a link's last change, and which kind it was. */
export const actorShape = PropTypes.shape({ action: PropTypes.oneOf(['create', 'update']).isRequired, name: PropTypes.string.isRequired });

export const linkShape = PropTypes.shape({
  id: PropTypes.number.isRequired,
  name: PropTypes.string.isRequired,
  url: PropTypes.string.isRequired,
  description: PropTypes.string.isRequired,
  pending: PropTypes.bool.isRequired,
  tags: PropTypes.arrayOf(PropTypes.number).isRequired,
  user: PropTypes.number,
});
