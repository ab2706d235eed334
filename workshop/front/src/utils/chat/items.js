import { privateIn } from './text';

/** A message keeps its key when it moves from the outbox to the log. */
const keyOf = (id, number) => (id ? `o${id}` : `m${number}`);

const ofMessage = (message, me) => {
  const isMine = message.user === me;
  return { ...message, kind: 'message', isMine, key: isMine ? keyOf(message.id, message.number) : keyOf(null, message.number) };
};

const ofPrivate = row => ({
  ...row, kind: 'private', isMine: row.way === 'to', key: row.way === 'to' && row.id ? keyOf(row.id) : `p${row.order}`,
});

const statusOf = ({ number, failure }) => (failure ? 'failed' : number === null ? 'sending' : 'stored');

function ofEntry(entry, me) {
  const { id, text, to, failure } = entry;
  const secret = to ? { name: to, message: text } : privateIn(text);
  const body = secret ? { kind: 'private', way: 'to', ...secret } : { kind: 'message', user: me, message: text };
  return { ...body, id, failure, status: statusOf(entry), isMine: true, key: keyOf(id) };
}

/** The log's items in order: messages by number, private ones where they arrived, then the outbox. */
export function itemsOf({ log, privates, outbox, me }) {
  const items = [];
  let next = 0;
  const until = number => {
    for (; next < privates.length && privates[next].after < number; next += 1) items.push(ofPrivate(privates[next]));
  };
  for (const message of log.messages) {
    until(message.number);
    items.push(ofMessage(message, me));
  }
  until(Infinity);
  return [...items, ...outbox.map(entry => ofEntry(entry, me))];
}
