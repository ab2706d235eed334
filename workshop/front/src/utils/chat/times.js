const language = () => document.documentElement.lang || undefined;

const format = (date, options) => new Intl.DateTimeFormat(language(), options).format(date);

const toDate = timestamp => {
  const date = new Date(timestamp);
  return Number.isNaN(date.getTime()) ? null : date;
};

/** { short, long } of a time in the visitor's language and time zone, or null; `short` tells the day unless it is today. */
export function timeOf(timestamp, now = new Date()) {
  const date = toDate(timestamp);
  if (!date) return null;
  const isToday = date.toDateString() === now.toDateString();
  const clock = { hour: 'numeric', minute: '2-digit' };
  return {
    short: format(date, isToday ? clock : { ...clock, day: 'numeric', month: 'short' }),
    long: format(date, { dateStyle: 'full', timeStyle: 'medium' }),
  };
}

/** "alice, bob and carol"; older browsers have no word for "and". */
export function joinNames(names) {
  if (!Intl.ListFormat) return names.join(', ');
  return new Intl.ListFormat(language(), { type: 'conjunction' }).format(names);
}
