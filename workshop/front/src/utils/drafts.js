/** Drafts of links, kept over a reload of this tab and bounded in number and size. */
import { FIELDS, isDone, undecided } from './edit';
import { isObject } from './frames';
import { getLink } from './links';
import { UNKNOWN } from './requests';
import { LINKS, load, save } from './stored';

const MOST = 10;
const MOST_CHARACTERS = 100000;

const isBlank = ({ kind, values: { name, url, description, tags } }) =>
  kind === 'create' && (name + url + description).trim() === '' && tags.length === 0;

const isDraft = edit => edit.kind !== 'delete' && ['open', 'sent'].includes(edit.phase) && !isDone(edit) && !isBlank(edit);

/** A change in flight when the page is left may or may not have been made. */
const isUncertain = ({ phase, alert }) => phase === 'sent' || alert?.code === UNKNOWN;

export function saveDrafts(me, { all }) {
  const drafts = [...all.values()].filter(isDraft).slice(-MOST)
    .map(edit => ({
      pk: edit.pk, base: edit.base, values: edit.values, contested: undecided(edit), uncertain: isUncertain(edit),
    }));
  const text = JSON.stringify(drafts);
  save(drafts.length > 0 && text.length <= MOST_CHARACTERS && text, LINKS, me?.username);
}

const isStored = draft => isObject(draft) && isObject(draft.base) && isObject(draft.values)
  && (draft.pk === null || Number.isSafeInteger(draft.pk));

const toDraft = ({ pk, base, values, contested, uncertain }) => ({
  pk, base: getLink(pk, base), values: getLink(pk, values), uncertain: uncertain === true,
  contested: Array.isArray(contested) ? FIELDS.filter(field => contested.includes(field)) : [],
});

/** [{ pk, base, values, contested, uncertain }]: drafts the visitor may still save (see edit.js); `pk` null: a new link. */
export function loadDrafts(me, can) {
  const may = ({ pk }) => (pk === null ? can.add : can.change);
  try {
    return JSON.parse(load(LINKS, me?.username) ?? '[]').filter(isStored).filter(may).slice(0, MOST).map(toDraft);
  } catch {
    return []; // Not drafts.
  }
}
