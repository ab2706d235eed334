import { OFFLINE, UNKNOWN } from '../requests';
import { t } from './texts';

const BY_CODE = new Map([
  [OFFLINE, 'unsent'],
  [UNKNOWN, 'unknown'],
  ['rate_limited', 'refusedFast'],
  ['forbidden', 'refusedForbidden'],
  ['gone', 'refusedGone'],
  ['conflict', 'refusedConflict'],
  ['full', 'refusedFull'],
  ['busy', 'refusedBusy'],
  ['unavailable', 'refusedNow'],
  ['empty', 'refusedEmpty'],
  ['too_long', 'refusedLong'],
  ['too_large', 'refusedLong'],
  ['bad_json', 'refusedJson'],
  ['bad_number', 'refusedNumber'],
]);

const BY_FIELD = new Map([['name', 'refusedName'], ['value', 'refusedNumber']]);

/** The server's own message, in the server's language. */
function serverText({ code, message, errors = {} }) {
  const details = [message, ...Object.values(errors).flat()].filter(Boolean);
  return t('refused', { message: details.join(' ') || code });
}

/** What is wrong with a row's fields, or null if this page has no text for it. */
function fieldsText({ code, errors = {} }) {
  const fields = ['invalid', 'bad_data'].includes(code) ? Object.keys(errors) : [];
  return fields.length > 0 && fields.every(field => BY_FIELD.has(field))
    ? fields.map(field => t(BY_FIELD.get(field))).join(' ')
    : null;
}

/** The text for an error frame's `error`, or for a Refusal. */
export function refusalText(error) {
  const { code, retry_after } = error;
  if (code === 'rate_limited' && retry_after > 0) return t('rateLimited', { seconds: Math.ceil(retry_after) });
  return BY_CODE.has(code) ? t(BY_CODE.get(code)) : fieldsText(error) ?? serverText(error);
}
