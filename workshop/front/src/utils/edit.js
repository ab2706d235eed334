/**
 * One edit of a link: { key, pk, kind, phase, base, values, theirs, contested, errors, alert, guess,
 * arriving, written, covered, restored }.
 *
 * `key` identifies the edit throughout its life; it is negative for a new link, whose `pk` is null until
 * the server assigns it. `kind` is create, update or delete. The phases are `open` (its form is shown),
 * `sent` (an optimistic update), `settled` (confirmed by the server, but its frame hasn't arrived) and
 * `notice` (only an `alert` beside the row). `base` is the row as the page knows it, `values` what the
 * visitor wants; `theirs` names the fields that somebody else has changed meanwhile, `contested` those
 * among them with an unresolved conflict: the visitor had changed them, too.
 *
 * `guess` is the pk of a row that appeared while a new link was in flight and looks like it. `arriving`:
 * its own row isn't here yet; `written`: only its tags are still unsaved; `covered`: rows have been
 * requested that include the settled change; `restored`: its form was reopened after a reload.
 */
import { CHANGED, UNKNOWN } from './requests';

export const FIELDS = ['name', 'url', 'description', 'pending', 'user'];
export const FORM_FIELDS = [...FIELDS, 'tags'];

const BLANK = { name: '', url: '', description: '', pending: false, user: null, tags: [] };

export const pick = link => Object.fromEntries(FORM_FIELDS.map(field => [field, link[field]]));
const without = (list, others) => list.filter(item => !others.includes(item));
const union = (list, others) => [...new Set([...list, ...others])].sort((a, b) => a - b);
const sameTags = (a, b) => a.length === b.length && without(a, b).length === 0;

const fresh = { theirs: [], contested: [], errors: {}, alert: null, guess: null, arriving: false, written: false, covered: false, restored: false };

export const newLink = (key, values) =>
  ({ ...fresh, key, pk: null, kind: 'create', phase: 'open', base: BLANK, values: { ...BLANK, ...values } });

export const editOf = link =>
  ({ ...fresh, key: link.id, pk: link.id, kind: 'update', phase: 'open', base: pick(link), values: pick(link) });

/** An edit restored from a draft (see drafts.js). */
export function redrafted(edit, { base, values, contested, uncertain }) {
  return {
    ...edit, base: pick(base), values: pick(values), contested, restored: true,
    alert: uncertain ? { code: UNKNOWN, details: '' } : null,
  };
}

export const deletionOf = link => ({ ...editOf(link), kind: 'delete', phase: 'sent' });

/** The visitor's changes to the row: { fields, added, removed }; the last two are tags. */
export function difference({ base, values }) {
  const changed = FIELDS.filter(field => values[field] !== base[field]);
  return {
    fields: Object.fromEntries(changed.map(field => [field, values[field]])),
    added: without(values.tags, base.tags),
    removed: without(base.tags, values.tags),
  };
}

export function isDone(edit) {
  const { fields, added, removed } = difference(edit);
  return Object.keys(fields).length + added.length + removed.length === 0;
}

/** The row with the edit applied: the optimistic update. */
export function overlay(link, edit) {
  const { fields, added, removed } = difference(edit);
  return { ...link, ...fields, tags: union(without(link.tags, removed), added) };
}

const mark = (theirs, field, marked) => [...without(theirs, [field]), ...(marked ? [field] : [])];

function rebaseField({ base, values, theirs, contested }, field, now) {
  if (now === base[field]) return { base, values, theirs, contested };
  const typed = values[field] !== base[field];
  return {
    base: { ...base, [field]: now },
    values: typed ? values : { ...values, [field]: now },
    theirs: mark(theirs, field, values[field] !== now),
    contested: mark(contested, field, typed),
  };
}

/** Tags are added and removed one by one, so they can't conflict. */
function rebaseTags({ base, values, theirs }, now) {
  const tags = union(without(now, without(base.tags, values.tags)), without(values.tags, base.tags));
  return {
    base: { ...base, tags: now },
    values: { ...values, tags },
    theirs: sameTags(tags, values.tags) ? theirs : mark(theirs, 'tags', true),
  };
}

/** The row has changed under the form: keeps what the visitor typed and updates the rest. */
export function rebase(edit, link) {
  const parts = FIELDS.reduce((so, field) => rebaseField(so, field, link[field]), edit);
  return { ...edit, ...parts, ...rebaseTags(parts, link.tags) };
}

/** The fields whose conflicts block the save until the visitor resolves them. */
export const undecided = ({ contested, base, values }) => contested.filter(field => values[field] !== base[field]);

/** Resolves a field's conflict with the visitor's value or the current one. */
export function chosen(edit, field, mine) {
  const next = mine ? edit : typed(edit, field, edit.base[field]);
  return { ...next, theirs: without(edit.theirs, [field]), contested: without(edit.contested, [field]) };
}

/** Whether it was stopped by somebody else's change. */
export const isChanged = ({ alert }) => alert?.code === CHANGED;

/** Reopened, unsent or refused: the row is no longer the one the visitor started from. */
export const stopped = edit => ({ ...edit, phase: 'open', errors: {}, alert: { code: CHANGED, details: '' } });

/** A deletion refused because the row has changed: `theirs` names the fields. */
export function outdated(edit, link) {
  const theirs = FORM_FIELDS.filter(field => String(link[field]) !== String(edit.base[field]));
  return { ...edit, phase: 'notice', theirs, values: pick(link), alert: { code: CHANGED, details: '' } };
}

/** The new link was saved as this row; only its tags are left to send. */
export function adopt(edit, link, arriving) {
  const tags = union(link.tags, edit.values.tags);
  return { ...edit, kind: 'update', pk: link.id, base: pick(link), values: { ...pick(link), tags }, arriving };
}

/** Whether it may yet turn out to have been saved; typing on makes it a new change. */
export const isUnknown = ({ alert }) => alert?.code === UNKNOWN && !alert.typed;

/** Whether an optimistic update awaits the server's answer. */
export function isSaving(edit) {
  if (edit?.phase !== 'sent') return false;
  return edit.kind === 'update' ? !isDone(edit) : edit.guess === null;
}

/** The edit as it is sent: name and URL trimmed. */
export function prepared(edit) {
  const { name, url } = edit.values;
  return { ...edit, values: { ...edit.values, name: name.trim(), url: url.trim() } };
}

export const typed = (edit, field, value) => ({
  ...edit,
  alert: edit.alert && { ...edit.alert, typed: true },
  values: { ...edit.values, [field]: value },
  errors: Object.fromEntries(Object.entries(edit.errors).filter(([name]) => name !== field)),
});

/** Back to the form, with the server's errors beside their fields and the rest on top. */
export function refused(edit, { code, errors, message }) {
  const known = Object.entries(errors).filter(([field]) => FORM_FIELDS.includes(field));
  const rest = Object.entries(errors).filter(([field]) => !FORM_FIELDS.includes(field));
  const details = rest.flatMap(([, texts]) => texts).join(' ') || message;
  const quiet = code === 'invalid' && known.length > 0 && rest.length === 0;
  return {
    ...edit,
    // The fields were saved; only the tags are left to send.
    base: edit.written ? { ...edit.values, tags: edit.base.tags } : edit.base,
    written: false,
    guess: null,
    phase: edit.kind === 'delete' ? 'notice' : 'open',
    errors: Object.fromEntries(known),
    alert: quiet ? null : { code, details },
  };
}
