/**
 * One link that the visitor changes: { key, pk, kind, phase, base, values, theirs, contested, errors,
 * alert, guess, arriving, written, covered, restored }.
 *
 * `key` names it for its whole life and is negative for a new link, whose `pk` is null until the
 * server tells it. `kind` is create, update or delete. In phase `open` its form shows, `sent` is an
 * optimistic display, `settled` one that the server confirmed and whose frame isn't here yet, and
 * `notice` only tells something (`alert`) at the row. `base` is the row as the page knows it,
 * `values` what the visitor wants; `theirs` names fields that somebody else changed meanwhile, and
 * `contested` those of them that the visitor had changed too and hasn't chosen a side of yet.
 *
 * `guess` is the row that appeared while a new link was under way and looks like it, `arriving` is
 * true while its own row isn't here, `written` while only its tags aren't saved, and `covered` once
 * rows are asked for that hold what is settled. `restored`: its form is there because it was before a reload.
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

/** One that was written before the page was loaded (drafts.js). */
export function redrafted(edit, { base, values, contested, uncertain }) {
  return {
    ...edit, base: pick(base), values: pick(values), contested, restored: true,
    alert: uncertain ? { code: UNKNOWN, details: '' } : null,
  };
}

export const deletionOf = link => ({ ...editOf(link), kind: 'delete', phase: 'sent' });

/** What the visitor's values change of the row: { fields, added, removed }; the last two are tags. */
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

/** The row with the visitor's changes, as it shows until the server has judged them. */
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

/** Each tag is put on or taken off by itself, so there are no two sides of it. */
function rebaseTags({ base, values, theirs }, now) {
  const tags = union(without(now, without(base.tags, values.tags)), without(values.tags, base.tags));
  return {
    base: { ...base, tags: now },
    values: { ...values, tags },
    theirs: sameTags(tags, values.tags) ? theirs : mark(theirs, 'tags', true),
  };
}

/** The row changed under the form: what the visitor typed stays, everything else follows. */
export function rebase(edit, link) {
  const parts = FIELDS.reduce((so, field) => rebaseField(so, field, link[field]), edit);
  return { ...edit, ...parts, ...rebaseTags(parts, link.tags) };
}

/** The fields of which the visitor has to choose a side before the rest can be sent. */
export const undecided = ({ contested, base, values }) => contested.filter(field => values[field] !== base[field]);

/** The visitor's own value of a contested field, or the one that is there now. */
export function chosen(edit, field, mine) {
  const next = mine ? edit : typed(edit, field, edit.base[field]);
  return { ...next, theirs: without(edit.theirs, [field]), contested: without(edit.contested, [field]) };
}

/** Whether it isn't done because somebody else was faster. */
export const isChanged = ({ alert }) => alert?.code === CHANGED;

/** It isn't sent, or was refused, because the row isn't what the visitor started from. */
export const stopped = edit => ({ ...edit, phase: 'open', errors: {}, alert: { code: CHANGED, details: '' } });

/** A deletion that was refused because of what has become of the row: `theirs` says of which fields. */
export function outdated(edit, link) {
  const theirs = FORM_FIELDS.filter(field => String(link[field]) !== String(edit.base[field]));
  return { ...edit, phase: 'notice', theirs, values: pick(link), alert: { code: CHANGED, details: '' } };
}

/** The new link is saved as this row: what is left to do are its tags. */
export function adopt(edit, link, arriving) {
  const tags = union(link.tags, edit.values.tags);
  return { ...edit, kind: 'update', pk: link.id, base: pick(link), values: { ...pick(link), tags }, arriving };
}

/** Whether it may turn out to be done after all; once the visitor types on, it is another change. */
export const isUnknown = ({ alert }) => alert?.code === UNKNOWN && !alert.typed;

/** Whether the server has yet to judge what shows. */
export function isSaving(edit) {
  if (edit?.phase !== 'sent') return false;
  return edit.kind === 'update' ? !isDone(edit) : edit.guess === null;
}

/** What the visitor typed, as it is sent: no blanks around the name and the address. */
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

/** Back to its form, with what the server said beside the fields and the rest of it on top. */
export function refused(edit, { code, errors, message }) {
  const known = Object.entries(errors).filter(([field]) => FORM_FIELDS.includes(field));
  const rest = Object.entries(errors).filter(([field]) => !FORM_FIELDS.includes(field));
  const details = rest.flatMap(([, texts]) => texts).join(' ') || message;
  const quiet = code === 'invalid' && known.length > 0 && rest.length === 0;
  return {
    ...edit,
    // With its fields written, only its tags are left to send.
    base: edit.written ? { ...edit.values, tags: edit.base.tags } : edit.base,
    written: false,
    guess: null,
    phase: edit.kind === 'delete' ? 'notice' : 'open',
    errors: Object.fromEntries(known),
    alert: quiet ? null : { code, details },
  };
}
