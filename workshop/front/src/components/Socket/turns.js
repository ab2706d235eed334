/**
 * The life of one page's socket as plain data: { turn, phase, failures }.
 *
 * A turn is one WebSocket. An event that names another turn comes from a socket that is gone.
 */
export const CONNECTING = 'connecting';
export const CONNECTED = 'connected';
export const RECONNECTING = 'reconnecting';
export const LOGGED_OUT = 'sessionEnded';

/** The server's close code when nobody is logged in any more: a socket that came back would be somebody else's. */
export const SESSION_ENDED = 4401;

export const FIRST_TURN = { turn: 0, phase: 'trying', failures: 0 };

const nextTurn = (state, failures) => ({ turn: state.turn + 1, phase: 'trying', failures });

const EVENTS = {
  opened: state => ({ ...state, phase: 'open' }),
  steady: state => ({ ...state, failures: 0 }),
  closed: state => (['waiting', 'ended'].includes(state.phase) ? state : { ...state, phase: 'waiting' }),
  ended: state => ({ ...state, phase: 'ended' }),
  retry: state => (state.phase === 'waiting' ? nextTurn(state, state.failures + 1) : state),
  restart: state => (state.phase === 'ended' ? state : nextTurn(state, 0)),
};

export function turnReducer(state, { type, turn }) {
  return turn === undefined || turn === state.turn ? EVENTS[type](state) : state;
}

export function connection({ turn, phase }) {
  if (phase === 'open') return CONNECTED;
  if (phase === 'ended') return LOGGED_OUT;
  return turn === 0 && phase === 'trying' ? CONNECTING : RECONNECTING;
}
