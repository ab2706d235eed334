/** The hour and minute of a time in milliseconds, as 14:03 in every language. */
export const clock = time => new Date(time)
  .toLocaleTimeString(document.documentElement.lang || 'en', { hour: '2-digit', minute: '2-digit', hour12: false });
