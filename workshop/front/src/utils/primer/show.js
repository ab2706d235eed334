/** Formatting of frames and times. */
import { t } from './texts';

const MOST_CHARACTERS = 400;
const MOST_BYTES = 64;

const language = () => document.documentElement.lang || undefined;

export const cut = text => (text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text);

function hex(buffer) {
  const shown = new Uint8Array(buffer, 0, Math.min(buffer.byteLength, MOST_BYTES));
  const bytes = Array.from(shown, byte => byte.toString(16).padStart(2, '0')).join(' ');
  return `0x ${bytes}${buffer.byteLength > MOST_BYTES ? ' …' : ''} (${buffer.byteLength})`;
}

/** A text frame as it is; a binary one in hexadecimal, with its length. */
export const textOf = data => (typeof data === 'string' ? data : hex(data));

/** "1.4 ms"; from ten seconds, "12.3 s". */
export function tookText(took) {
  const [number, unit] = took < 10000 ? [took, 'ms'] : [took / 1000, 's'];
  const options = { minimumFractionDigits: 1, maximumFractionDigits: 1 };
  return `${new Intl.NumberFormat(language(), options).format(number)}\u00a0${unit}`;
}

export const clock = date => new Intl.DateTimeFormat(language(), { timeStyle: 'medium', hourCycle: 'h23' }).format(date);

/** An HTTP response on one line. */
export function answerText({ status, text }) {
  if (status === 0) return t('noAnswer');
  return status === 204 ? t('nothingNew') : `${status} ${text}`;
}
