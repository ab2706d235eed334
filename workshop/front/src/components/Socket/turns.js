/**
 * The state machine of a page's socket: { turn, phase, failures, refusals, reason, spread }.
 *
 * A turn is one WebSocket; an event of another turn comes from a previous socket. `refusals` counts the turns
 * since the last open that never opened, `reason` says why there will be no other, and `spread` is the number
 * of milliseconds over which the server asked clients to spread their reconnects, or null.
 */
export const CONNECTING = 'connecting';
export const CONNECTED = 'connected';
export const RECONNECTING = 'reconnecting';
export const LOGGED_OUT = 'sessionEnded';
export const GONE = 'gone';
export const OTHER_VISITOR = 'otherVisitor';

/** The server's close code after a logout. A reconnect would open a socket for somebody else. */
export const SESSION_ENDED = 4401;

const REFUSALS_OF_CHANCE = 3;

export const FIRST_TURN = { turn: 0, phase: 'trying', failures: 0, refusals: 0, reason: null, spread: null };

const nextTurn = (state, failures) => ({ ...state, turn: state.turn + 1, phase: 'trying', failures, spread: null });

function closed(state) {
  if (['waiting', 'ended'].includes(state.phase)) return state;
  const refusals = state.phase === 'trying' ? state.refusals + 1 : state.refusals;
  return { ...state, phase: 'waiting', refusals };
}

const EVENTS = {
  opened: state => ({ ...state, phase: 'open', refusals: 0 }),
  steady: state => (state.failures === 0 ? state : { ...state, failures: 0 }),
  closed,
  restarting: (state, { spread }) => (state.phase === 'ended' ? state : { ...closed(state), failures: 0, spread }),
  ended: (state, { reason }) => ({ ...state, phase: 'ended', reason }),
  refused: (state, { reason }) => (state.phase === 'open' ? state : { ...state, phase: 'ended', reason }),
  back: state => (state.reason === LOGGED_OUT ? { ...nextTurn(state, 0), refusals: 0, reason: null } : state),
  retry: state => (state.phase === 'waiting' ? nextTurn(state, state.failures + 1) : state),
  restart: state => (state.phase === 'ended' ? state : nextTurn(state, 0)),
};

export function turnReducer(state, { type, turn, ...told }) {
  return turn === undefined || turn === state.turn ? EVENTS[type](state, told) : state;
}

/** Whether it has been refused so often that it is worth finding out why. */
export const isDoubtful = ({ phase, refusals }) =>
  phase === 'waiting' && refusals > 0 && refusals % REFUSALS_OF_CHANCE === 0;

export function connection({ turn, phase, reason }) {
  if (phase === 'open') return CONNECTED;
  if (phase === 'ended') return reason;
  return turn === 0 && phase === 'trying' ? CONNECTING : RECONNECTING;
}
