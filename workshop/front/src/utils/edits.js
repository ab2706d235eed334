/**
 * The visitor's edits: { all, keys, next }.
 *
 * `all` holds the edits by key (see edit.js), `keys` the key under which a row created here stays
 * displayed, by pk, and `next` the key of the next new link. An edit never changes `rows`: edits are
 * overlaid on them for display, so a refusal has nothing to roll back.
 */
import {
  adopt, chosen, deletionOf, difference, editOf, isDone, isUnknown, newLink, outdated, overlay, prepared, rebase, redrafted,
  refused, stopped, typed, undecided,
} from './edit';
import { getLink } from './links';
import { UNKNOWN } from './requests';

export const FIRST_EDITS = { all: new Map(), keys: new Map(), next: -1 };

const put = (state, edit) => ({ ...state, all: new Map(state.all).set(edit.key, edit) });

export function drop(state, key) {
  const all = new Map(state.all);
  all.delete(key);
  return { ...state, all };
}

const change = (state, key, how) => (state.all.has(key) ? put(state, how(state.all.get(key))) : state);

const find = (rows, pk) => rows.links.find(link => link.id === pk);
/** The key of the row with this `pk`, and of its edit. */
export const keyOf = (state, pk) => state.keys.get(pk) ?? pk;

export const openNew = (state, values) =>
  ({ ...put(state, newLink(state.next, values)), next: state.next - 1 });

export const openEdit = (state, link) => put(state, { ...editOf(link), key: keyOf(state, link.id) });

function openDraft(state, draft, rows, isComplete) {
  if (draft.pk === null) {
    const opened = openNew(state, {});
    return change(opened, state.next, edit => ({ ...redrafted(edit, draft), base: edit.base }));
  }
  const row = find(rows, draft.pk);
  const edit = redrafted(editOf(row ?? draft.base), draft);
  if (!row) return put(state, { ...edit, arriving: !isComplete });
  const now = rebase(edit, row);
  return isDone(now) ? state : put(state, now);
}

/** Reopens the forms that were open before a reload; `isComplete`: whether `rows` are all there are. */
export const restore = (state, drafts, rows, isComplete) =>
  drafts.reduce((opened, draft) => openDraft(opened, draft, rows, isComplete), state);

export const openDeletion = (state, link) => put(state, { ...deletionOf(link), key: keyOf(state, link.id) });

/** Reopens a deleted row as a new link. */
export const openAgain = (state, key) => openNew(drop(state, key), state.all.get(key).values);

export const type = (state, key, field, value) => change(state, key, edit => typed(edit, field, value));

export const choose = (state, key, field, mine) => change(state, key, edit => chosen(edit, field, mine));

export const stop = (state, key) => change(state, key, stopped);

export const send = (state, key) =>
  change(state, key, edit => ({ ...prepared(edit), phase: 'sent', errors: {}, alert: null, restored: false }));

/** The link is saved but its tags aren't yet; `data` is the row as the server saved it. */
export function linkSaved(state, rows, key, { pk, data }) {
  const edit = state.all.get(key);
  if (!edit || edit.kind !== 'create') return change(state, key, old => ({ ...old, written: true }));
  const row = find(rows, pk);
  const keys = new Map(state.keys).set(pk, key);
  return put({ ...state, keys }, adopt(edit, row ?? getLink(pk, data ?? edit.values), !row));
}

export function settle(state, rows, key) {
  const edit = state.all.get(key);
  if (!edit) return state;
  const row = find(rows, edit.pk);
  const here = edit.kind === 'delete' ? !row : !edit.arriving && (!row || isDone(edit));
  return here ? drop(state, key) : put(state, { ...edit, phase: 'settled' });
}

/** No answer arrived, but the rows show that the change was made. */
const recovered = (edit, pk) => ({ ...edit, pk, kind: 'update', phase: 'notice', alert: { code: 'recovered', details: '' } });

const isThere = edit => edit.guess !== null || (edit.kind === 'update' && isDone(edit));

/** The edit after a refusal; deleting a link that is already gone counts as success. */
export function refuse(state, key, refusal) {
  return change(state, key, edit => {
    if (edit.kind === 'delete' && refusal.code === 'gone') return { ...edit, phase: 'settled' };
    if (refusal.code === UNKNOWN && isThere(edit)) return recovered(edit, edit.pk ?? edit.guess);
    if (refusal.code === 'conflict' && refusal.row) return conflicting(edit, getLink(edit.pk, refusal.row), refusal);
    return refused(edit, refusal);
  });
}

function conflicting(edit, link, { message }) {
  if (edit.kind === 'delete') return outdated(edit, link);
  const now = rebase(edit, link);
  return undecided(now).length > 0 ? stopped(now) : refused(now, { code: 'overtaken', errors: {}, message });
}

/** Rows have been requested that include everything settled so far. */
export const cover = state => replace(state, edit => (edit.phase === 'settled' ? { ...edit, covered: true } : edit));

export const uncover = state => replace(state, edit => (edit.covered ? null : edit));

function replace(state, how) {
  const all = new Map();
  for (const [key, edit] of state.all) {
    const next = how(edit);
    if (next) all.set(key, next);
  }
  return { ...state, all };
}

const isLike = (link, { values }) => link.name === values.name.trim() && link.url === values.url.trim();

function guess(edit, before, after) {
  const old = new Set(before.links.map(link => link.id));
  return after.links.find(link => !old.has(link.id) && isLike(link, edit))?.id ?? null;
}

function followNew(edit, before, after) {
  if (edit.guess !== null || (edit.phase !== 'sent' && !isUnknown(edit))) return edit;
  const pk = guess(edit, before, after);
  return pk !== null && edit.phase === 'open' ? recovered(edit, pk) : { ...edit, guess: pk };
}

/** A row's next frame replaces its confirmed fields; the tags may follow one frame later. */
function followSettled(edit, old, row) {
  if (old === row) return edit;
  if (!row || edit.kind === 'delete') return null;
  const next = { ...rebase(edit, row), arriving: false };
  return isDone(next) || Object.keys(difference(next).fields).length > 0 ? null : next;
}

function followRow(edit, old, row) {
  if (edit.phase === 'notice') return row ? edit : null;
  if (edit.phase === 'settled') return followSettled(edit, old, row);
  // A refusal may have brought a newer row than the frames so far.
  if (!row || edit.kind === 'delete' || old === row) return edit;
  const next = { ...rebase(edit, row), arriving: false };
  return edit.phase === 'open' && isUnknown(edit) && isDone(next) ? recovered(edit, edit.pk) : next;
}

function followOne(edit, before, after) {
  if (edit.kind === 'create') return followNew(edit, before, after);
  return followRow(edit, find(before, edit.pk), find(after, edit.pk));
}

/** The rows have changed under the edits. */
export function follow(state, before, after) {
  if (before.links === after.links || state.all.size === 0) return state;
  return replace(state, edit => followOne(edit, before, after));
}

/** A name for each edit that awaits its frame. */
export const unsettled = state =>
  [...state.all.values()].filter(edit => edit.phase === 'settled').map(edit => `edit ${edit.key}`);

const isShown = ({ phase, kind }) => !(phase === 'settled' && kind === 'delete');
const isNew = edit => edit.kind === 'create' && edit.phase === 'open';
const isLone = edit => edit.kind !== 'delete' && edit.phase !== 'notice' && !isNew(edit);

/** An edit without a row: a new link in flight, or a row deleted under its form. */
const lone = edit => ({ key: edit.key, link: { ...edit.values, id: edit.pk ?? edit.key }, edit, deleted: isDeleted(edit) });

const isDeleted = ({ kind, phase, arriving }) => kind === 'update' && phase === 'open' && !arriving;

function item(state, link, edit) {
  if (!edit) return { key: keyOf(state, link.id), link };
  const shows = edit.phase === 'sent' || edit.phase === 'settled' ? overlay(link, rebased(edit, link)) : link;
  return { key: edit.key, link: shows, edit, deleted: edit.alert?.code === 'gone' };
}

/** Against its own row, a new link only adds its tags. */
const rebased = (edit, link) => (edit.kind === 'create' ? adopt(edit, link, false) : edit);

const place = ({ link: { id } }) => (id < 0 ? Infinity : id);

/** { forms, items }: the open forms of new links, and the table's items in order. */
export function display(rows, state) {
  const edits = [...state.all.values()];
  const byPk = new Map(edits.map(edit => [edit.pk ?? edit.guess ?? edit.key, edit]));
  const shown = rows.links.map(link => item(state, link, byPk.get(link.id)));
  const here = new Set(shown.map(({ edit }) => edit));
  const others = edits.filter(edit => !here.has(edit) && isLone(edit)).map(lone);
  const items = [...shown, ...others].filter(({ edit }) => !edit || isShown(edit));
  return {
    forms: edits.filter(isNew),
    items: others.length > 0 ? items.sort((a, b) => place(a) - place(b)) : items,
  };
}
