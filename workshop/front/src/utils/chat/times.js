import { t } from './texts';

const language = () => document.documentElement.lang || undefined;

const format = (date, options) => new Intl.DateTimeFormat(language(), options).format(date);

const toDate = timestamp => {
  const date = new Date(timestamp);
  return Number.isNaN(date.getTime()) ? null : date;
};

/** { short, long }: a time in the visitor's language and time zone, or null if invalid; `short` omits the day. */
export function timeOf(timestamp) {
  const date = toDate(timestamp);
  if (!date) return null;
  return {
    short: format(date, { hour: 'numeric', minute: '2-digit' }),
    long: format(date, { dateStyle: 'full', timeStyle: 'medium' }),
  };
}

/** The day of a time in milliseconds, in the visitor's time zone, as 2026-01-02. */
export function dayOf(time) {
  const date = new Date(time);
  return [date.getFullYear(), date.getMonth() + 1, date.getDate()].map(part => String(part).padStart(2, '0')).join('-');
}

const DAY = { weekday: 'long', day: 'numeric', month: 'long' };

/** A day's name: today, yesterday, or its date, with the year unless it is the current one. */
export function dayName(time, now = new Date()) {
  const yesterday = new Date(now.getFullYear(), now.getMonth(), now.getDate() - 1);
  if (dayOf(time) === dayOf(now)) return t('today');
  if (dayOf(time) === dayOf(yesterday)) return t('yesterday');
  const date = new Date(time);
  return format(date, date.getFullYear() === now.getFullYear() ? DAY : { ...DAY, year: 'numeric' });
}

/** "alice, bob and carol"; just commas in browsers without Intl.ListFormat. */
export function joinNames(names) {
  if (!Intl.ListFormat) return names.join(', ');
  return new Intl.ListFormat(language(), { type: 'conjunction' }).format(names);
}
