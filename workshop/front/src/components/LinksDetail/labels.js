import { t } from '../../utils/i18n';

const label = (row, field, pk) => (typeof row?.[field] === 'string' ? row[field] : `#${pk}`);

export const tagLabel = (tags, pk) => label(tags.get(pk), 'name', pk);
export const userLabel = (users, pk) => (pk === null ? '' : label(users.get(pk), 'username', pk));
/** [[pk, label]], sorted by label. */
export const byName = (pks, labelOf) => pks.map(pk => [pk, labelOf(pk)]).sort(([, a], [, b]) => a.localeCompare(b));

export const yesNo = value => (value ? t('yes') : t('no'));

/** A field's value as text. */
export function inWords(field, value, tags, users) {
  if (field === 'tags') return value.map(pk => tagLabel(tags, pk)).join(', ') || t('noTags');
  if (field === 'user') return userLabel(users, value) || t('nobody');
  if (field === 'pending') return yesNo(value);
  return value || t('noText');
}

const ALERTS = new Map([
  ['forbidden', 'alertForbidden'],
  ['gone', 'alertGone'],
  ['changed', 'alertChanged'],
  ['conflict', 'alertConflict'],
  ['unknown', 'alertUnknown'],
  ['offline', 'alertOffline'],
  ['recovered', 'alertRecovered'],
  ['too_large', 'alertTooLarge'],
]);

/** The text for a change's alert: the server's own words if there is none for its code. */
export function alertText({ code, details }) {
  if (ALERTS.has(code)) return t(ALERTS.get(code));
  return details ? t('alertRefused', { details }) : t('alertRefusedBare');
}
