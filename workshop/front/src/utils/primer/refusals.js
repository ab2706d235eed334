import { OFFLINE, UNKNOWN } from '../requests';
import { t } from './texts';

const OWN = { [OFFLINE]: 'unsent', [UNKNOWN]: 'unknown' };

/** Why something wasn't done, in words: an error frame's `error` or a Refusal. */
export function refusalText({ code, message, errors = {}, retry_after }) {
  if (Object.hasOwn(OWN, code)) return t(OWN[code]);
  if (code === 'rate_limited' && retry_after > 0) return t('rateLimited', { seconds: Math.ceil(retry_after) });
  const details = [message, ...Object.values(errors).flat()].filter(Boolean);
  return t('refused', { message: details.join(' ') || code });
}
