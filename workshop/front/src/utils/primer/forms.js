/** The forms of each example, by its key: [{ id, fields(), frames: { key of the button's text: values => [data] } }]. */
import { parseFrame } from '../frames';
import { t } from './texts';

const MOST_CHARACTERS = 512;
const MOST_OWN = 8192;
const MOST_PRIMES = 1000000;
const MOST_SECONDS = 60;

const field = (label, more) => ({
  name: 'text', label: t(label), initial: t('hello'), input: { maxLength: MOST_CHARACTERS }, ...more,
});
const number = (name, label, initial, min, max) => ({ name, label: t(label), initial, input: { type: 'number', min, max } });

const json = make => values => [JSON.stringify(make(values))];

/** Input that must be a JSON object; the browser reports an error. */
const OBJECT = {
  maxLength: MOST_CHARACTERS,
  spellCheck: false,
  onInput: ({ target }) => target.setCustomValidity(parseFrame(target.value) ? '' : t('notAnObject')),
};

const toStreamEcho = ({ json: text }) => {
  const payload = parseFrame(text);
  return payload ? [JSON.stringify({ stream: 'echo', payload })] : [];
};

const five = ({ text }) => [1, 2, 3, 4, 5].map(n => `${text.slice(0, MOST_CHARACTERS - 2)} ${n}`);

const say = (id, label) => [{ id, fields: () => [field('news', label())], frames: { say: json(({ text }) => ({ news: text })) } }];

export const FORMS = {
  echo: [{ id: 'echo', fields: () => [field('text')], frames: { send: ({ text }) => [text] } }],
  class: [{
    id: 'class',
    fields: () => [field('text', { input: { maxLength: MOST_OWN } })],
    frames: {
      send: ({ text }) => [text],
      // A character may take more than one byte.
      sendBytes: ({ text }) => [new TextEncoder().encode(text).slice(0, MOST_OWN).buffer],
    },
  }],
  streams: [
    {
      id: 'streams-echo',
      fields: () => [field('echoJson', { name: 'json', initial: '{"number": 1}', input: OBJECT })],
      frames: { send: toStreamEcho },
    },
    {
      id: 'streams-other',
      fields: () => [field('otherText')],
      frames: { send: json(({ text }) => ({ stream: 'other', payload: { text } })) },
    },
  ],
  visitor: [{ id: 'visitor', fields: () => [], frames: { who: json(() => ({ action: 'who' })) } }],
  ordered: [{ id: 'ordered', fields: () => [field('text')], frames: { send: ({ text }) => [text], sendFive: five } }],
  background: [{
    id: 'background',
    fields: () => [number('primes_below', 'primesBelow', '100000', 2, MOST_PRIMES)],
    frames: { count: json(({ primes_below }) => ({ primes_below: Number(primes_below) })) },
  }],
  later: [{
    id: 'later',
    fields: () => [field('text'), number('seconds', 'seconds', '3', 1, MOST_SECONDS)],
    frames: { sendLater: json(({ text, seconds }) => ({ text, seconds: Number(seconds) })) },
  }],
  news: say('news', () => ({})),
};

/** The long-poll panel posts over the news socket at `path`. */
export const pollForms = path => say('poll', () => ({ label: t('pollSay', { path }) }));
