import PropTypes from 'prop-types';

export const shapeOfCan = PropTypes.shape({ add: PropTypes.bool, change: PropTypes.bool, delete: PropTypes.bool }).isRequired;

/** URLs or null: `login` where visitors without permissions log in, `admin` for those who may change everything. */
export const shapeOfRights = PropTypes.shape({ can: shapeOfCan, login: PropTypes.string, admin: PropTypes.string }).isRequired;

export const shapeOfExample = PropTypes.shape({
  key: PropTypes.string, title: PropTypes.string, path: PropTypes.string, kind: PropTypes.oneOf(['websocket', 'http']),
}).isRequired;

export const shapeOfValue = PropTypes.shape({
  pk: PropTypes.number, name: PropTypes.string, value: PropTypes.number, touched: PropTypes.number,
}).isRequired;

export const shapeOfRefused = PropTypes.shape({
  pk: PropTypes.oneOfType([PropTypes.number, PropTypes.string]), name: PropTypes.string, code: PropTypes.string,
  text: PropTypes.string,
}).isRequired;
