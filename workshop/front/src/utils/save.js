/**
 * Sends an edit in the right order. `ask(stream, payload)` is that of Requests; every failure throws a
 * Refusal.
 */
import { getUrl } from './api';
import { difference, pick } from './edit';
import { isObject } from './frames';
import { t } from './i18n';
import { Refusal, UNKNOWN } from './requests';
import { LINKTAGS_API_URL } from './urls';

/** The pks of the pairs of `link` with `tags`, fetched when needed, since others change them too. */
async function findPairs(link, tags) {
  try {
    const rows = (await getUrl(`${LINKTAGS_API_URL}?link=${link}`)).filter(isObject);
    return rows.filter(row => row.link === link && tags.includes(row.tag)).map(row => row.id);
  } catch {
    throw new Refusal('invalid', { errors: { tags: [t('tagsUnread')] } });
  }
}

async function takeOff(pk, ask) {
  try {
    await ask('linktags', { action: 'delete', pk });
  } catch (refusal) {
    if (refusal.code !== 'gone') throw refusal;
  }
}

function atTags(refusal) {
  if (refusal.code !== 'invalid') return refusal;
  return new Refusal('invalid', { errors: { tags: Object.values(refusal.errors).flat() }, message: refusal.message });
}

async function sendTags(link, { added, removed }, ask) {
  const pairs = removed.length > 0 ? await findPairs(link, removed) : [];
  const results = await Promise.allSettled([
    ...added.map(tag => ask('linktags', { action: 'create', data: { link, tag } })),
    ...pairs.map(pk => takeOff(pk, ask)),
  ]);
  const refusals = results.filter(({ reason }) => reason).map(({ reason }) => reason);
  if (refusals.length > 0) throw atTags(refusals.find(({ code }) => code === UNKNOWN) ?? refusals[0]);
}

/** Creates a link. Without a chosen user, the server uses the one who asks. */
function sendNew({ values: { name, url, description, pending, user } }, ask) {
  const data = { name, url, description, pending, ...(user === null ? {} : { user }) };
  return ask('links', { action: 'create', data });
}

/** The visitor's base values of these fields: the server won't overwrite changes that this page hasn't seen. */
const baseOf = ({ base }, fields) => Object.fromEntries(Object.keys(fields).map(field => [field, base[field]]));

/** Sends the link, then its tags, which need its pk; `onLink(answer)` is called in between. */
export async function sendEdit(edit, ask, onLink) {
  const changes = difference(edit);
  let { pk } = edit;
  if (edit.kind === 'create') {
    const answer = await sendNew(edit, ask);
    pk = answer.pk;
    onLink(answer);
  } else if (Object.keys(changes.fields).length > 0) {
    onLink(await ask('links', { action: 'update', pk, base: baseOf(edit, changes.fields), data: changes.fields }));
  }
  await sendTags(pk, changes, ask);
}

export const sendDeletion = (link, ask) => ask('links', { action: 'delete', pk: link.id, base: pick(link) });
