/**
 * The rows of the binding's table: { values }, plus what following.js keeps.
 *
 * A value is { pk, name, value, touched }. Values are sorted by pk; `touched` counts a value's changes.
 */
import { caughtUp, firstFollowing, follow, markStale } from '../following';
import { isObject } from '../frames';

export { asked, markStale, opened, synced, unanswered } from '../following';

export const STREAM = 'intval';

const isPk = Number.isSafeInteger;

const BLANK = { name: '', value: 0, touched: 0 };

function toRow(pk, { name, value }, old) {
  const before = old ?? BLANK;
  const row = {
    pk,
    name: typeof name === 'string' ? name : before.name,
    value: Number.isSafeInteger(value) ? value : before.value,
  };
  if (old && old.name === row.name && old.value === row.value) return old;
  return { ...row, touched: old ? old.touched + 1 : 0 };
}

const isRow = row => isObject(row) && isPk(row.pk) && isObject(row.data);

function rowsOf(values, old) {
  const byPk = new Map(old.map(row => [row.pk, row]));
  const rows = new Map(values.filter(isRow).map(({ pk, data }) => [pk, toRow(pk, data, byPk.get(pk))]));
  return [...rows.values()].sort((a, b) => a.pk - b.pk);
}

export const firstRows = values => ({ values: rowsOf(values, []), ...firstFollowing([STREAM]) });

/** The rows the server sent, with the frames received since they were requested on top. */
export const applyAnswer = (state, values) => caughtUp({ ...state, values: rowsOf(values, state.values) }, applyChange);

function setRow(state, pk, data) {
  const old = state.values.find(row => row.pk === pk);
  const row = toRow(pk, data, old);
  if (row === old) return state;
  return { ...state, values: [...state.values.filter(other => other !== old), row].sort((a, b) => a.pk - b.pk) };
}

const removeRow = (state, pk) => ({ ...state, values: state.values.filter(row => row.pk !== pk) });

function applyChange(state, { stream, payload: { action, pk, data } }) {
  if (stream !== STREAM) return state;
  if (action === 'reload') return markStale(state);
  if (!isPk(pk)) return state;
  if (action === 'delete') return removeRow(state, pk);
  return ['create', 'update'].includes(action) && isObject(data) ? setRow(state, pk, data) : state;
}

export const applyFrame = (state, frame) => follow(state, frame, applyChange);

/** The current values, from a GET of the socket's own path. */
export async function getValues(path, signal) {
  const response = await fetch(path, { cache: 'no-store', credentials: 'same-origin', signal });
  if (!response.ok) throw new Error(`${response.status} from ${path}`);
  const { values } = await response.json();
  if (!Array.isArray(values)) throw new Error(`no values from ${path}`);
  return values;
}
