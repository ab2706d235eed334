const language = () => document.documentElement.lang || 'en';

/** A time in milliseconds as 14:03, in every language. */
export const clock = time => new Date(time)
  .toLocaleTimeString(language(), { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });

/** The same with the date unless it is today, and with the year unless it is the current one. */
export function moment(time, now = new Date()) {
  const date = new Date(time);
  if (date.toDateString() === now.toDateString()) return clock(time);
  const year = date.getFullYear() === now.getFullYear() ? undefined : 'numeric';
  return `${date.toLocaleDateString(language(), { day: 'numeric', month: 'short', year })}, ${clock(time)}`;
}
