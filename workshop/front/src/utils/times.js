const language = () => document.documentElement.lang || 'en';

/** The hour and minute of a time in milliseconds, as 14:03 in every language. */
export const clock = time => new Date(time)
  .toLocaleTimeString(language(), { hour: '2-digit', minute: '2-digit', hour12: false });

/** The same with the day, unless it is today, and the year where it is another one. */
export function moment(time, now = new Date()) {
  const date = new Date(time);
  if (date.toDateString() === now.toDateString()) return clock(time);
  const year = date.getFullYear() === now.getFullYear() ? undefined : 'numeric';
  return `${date.toLocaleDateString(language(), { day: 'numeric', month: 'short', year })}, ${clock(time)}`;
}
