/**
 * The rows of the links page: { links, tags, users, touched, actors, gone }, plus what following.js keeps.
 *
 * `links` are sorted by id; `tags` and `users` are Maps by pk; `touched` counts the changes to each link.
 * `actors` holds the { action, name } behind each link's latest change, by pk, where a frame named its author;
 * `gone` is { link, name } of the last link deleted by a known user. Functions return the state they
 * were given if nothing changes.
 */
import { caughtUp, firstFollowing, follow, markStale } from './following';
import { isObject } from './frames';

export { asked, markStale, opened, synced, unanswered } from './following';

export const STREAMS = ['links', 'tags', 'linktags'];

const isPk = Number.isSafeInteger;

const asText = value => (value === null ? '' : typeof value === 'string' ? value : undefined);
const asPk = value => (value === null || isPk(value) ? value : undefined);

const FIELDS = {
  name: asText,
  url: asText,
  pending: value => (typeof value === 'boolean' ? value : undefined),
  description: asText,
  tags: value => (Array.isArray(value) ? sortedPks(value) : undefined),
  user: asPk,
};

const BLANK = { name: '', url: '', pending: false, description: '', tags: [], user: null };

const sortedPks = pks => [...new Set(pks.filter(isPk))].sort((a, b) => a - b);

const same = (a, b) => Object.keys(FIELDS).every(field => String(a[field]) === String(b[field]));

/** A link's row: missing or invalid fields keep their old values. */
export function getLink(id, fields, old = BLANK) {
  const link = { ...old, id };
  for (const [field, convert] of Object.entries(FIELDS)) {
    const value = convert(fields[field]);
    if (value !== undefined) link[field] = value;
  }
  return link;
}

const withPk = rows => rows.filter(row => isObject(row) && isPk(row.id));
const byPk = rows => new Map(withPk(rows).map(row => [row.id, row]));

function sortedLinks(rows, old = new Map()) {
  const links = new Map();
  for (const row of withPk(rows)) {
    const link = getLink(row.id, row);
    const before = old.get(row.id);
    links.set(row.id, before && same(before, link) ? before : link);
  }
  return [...links.values()].sort((a, b) => a.id - b.id);
}

export function firstRows({ links, tags, users }) {
  return {
    links: sortedLinks(links),
    tags: byPk(tags),
    users: byPk(users),
    touched: new Map(),
    actors: new Map(),
    gone: null,
    ...firstFollowing(STREAMS),
  };
}

/** The rows the server sent, with the frames received since they were requested on top. */
export function applyAnswer(state, { links, tags, users }) {
  const before = byPk(state.links);
  const now = sortedLinks(links, before);
  const answered = {
    ...state,
    links: now,
    actors: stillOf(state.actors, now.filter(link => link === before.get(link.id))),
    tags: byPk(tags),
    users: addedUsers(state.users, users),
  };
  return { ...caughtUp(answered, applyChange), touched: state.touched };
}

const stillOf = (actors, links) =>
  new Map(links.filter(({ id }) => actors.has(id)).map(({ id }) => [id, actors.get(id)]));

const addedUsers = (users, more) => new Map([...users, ...byPk(more)]);

export const addUsers = (state, users) => ({ ...state, users: addedUsers(state.users, users) });

function setLink(state, link) {
  const at = state.links.findIndex(other => other.id >= link.id);
  const known = at >= 0 && state.links[at].id === link.id;
  if (known && same(state.links[at], link)) return state;
  const links = [...state.links];
  links.splice(at < 0 ? links.length : at, known ? 1 : 0, link);
  const touched = new Map(state.touched).set(link.id, (state.touched.get(link.id) ?? 0) + 1);
  return { ...state, links, touched };
}

function removeLink(state, pk) {
  const links = state.links.filter(link => link.id !== pk);
  if (links.length === state.links.length) return state;
  const touched = new Map(state.touched);
  touched.delete(pk);
  return { ...state, links, touched };
}

function setTag(state, pk, data) {
  const old = state.tags.get(pk);
  const name = asText(data.name) ?? old?.name ?? '';
  if (old && old.name === name) return state;
  return { ...state, tags: new Map(state.tags).set(pk, { ...old, id: pk, name }) };
}

function removeTag(state, pk) {
  const tags = new Map(state.tags);
  const known = tags.delete(pk);
  const worn = state.links.filter(link => link.tags.includes(pk));
  return worn.reduce((rows, link) => unwear(rows, link, pk), known ? { ...state, tags } : state);
}

const wear = (state, link, tag) => setLink(state, getLink(link.id, { tags: [...link.tags, tag] }, link));
const unwear = (state, link, tag) =>
  setLink(state, getLink(link.id, { tags: link.tags.filter(other => other !== tag) }, link));

/** Records who last changed this link; without a name, forgets it. */
function setActor(state, pk, action, name) {
  const old = state.actors.get(pk);
  if (old?.name === name && (!old || old.action === action)) return state;
  const actors = new Map(state.actors);
  if (name) actors.set(pk, { action, name });
  else actors.delete(pk);
  return { ...state, actors };
}

function deleteLink(state, pk, name) {
  const link = state.links.find(({ id }) => id === pk);
  const left = setActor(removeLink(state, pk), pk, 'delete', undefined);
  return link && name ? { ...left, gone: { link, name } } : left;
}

function applyLink(state, action, pk, data, { actor }) {
  const name = typeof actor === 'string' ? actor : undefined;
  if (action === 'delete') return deleteLink(state, pk, name);
  if (!isObject(data)) return state;
  const now = setLink(state, getLink(pk, data, state.links.find(link => link.id === pk)));
  return now === state ? state : setActor(now, pk, action, name);
}

function applyTag(state, action, pk, data) {
  if (action === 'delete') return removeTag(state, pk);
  return isObject(data) ? setTag(state, pk, data) : state;
}

function applyLinkTag(state, action, pk, data, { seq }) {
  if (!isPk(data?.link) || !isPk(data?.tag)) return markStale(state);
  // The frame doesn't hold the row's previous pair.
  if (action === 'update') return markStale(state);
  // With numbered frames the link's own frame carries its tags; there is no order between two streams.
  if (seq !== undefined) return state;
  const link = state.links.find(other => other.id === data.link);
  if (!link) return state;
  return action === 'delete' ? unwear(state, link, data.tag) : wear(state, link, data.tag);
}

const APPLY = new Map([['links', applyLink], ['tags', applyTag], ['linktags', applyLinkTag]]);
const ACTIONS = ['create', 'update', 'delete'];

function applyChange(state, { stream, payload }) {
  const { action, pk, data } = payload;
  if (action === 'reload') return markStale(state);
  const apply = APPLY.get(stream);
  if (!apply || !ACTIONS.includes(action) || !isPk(pk)) return state;
  return apply(state, action, pk, data, payload);
}

/** Applies one frame of /updates/ to the rows; duplicates do nothing. */
export const applyFrame = (state, frame) => follow(state, frame, applyChange);

/** The pks of users that links refer to and `users` lacks. */
export function unknownUsers(links, users) {
  return links.map(link => link.user).filter(user => isPk(user) && !users.has(user));
}
