/** What was refused, for the row it belongs to: [{ pk, name, code, text }], at most one for each; `pk` is NEW for one to be added. */
import { OFFLINE } from '../requests';
import { refusalText } from './refusals';
import { t } from './texts';

export const NEW = 'new';

const isThere = ({ pk }, values) => pk === NEW || values.some(row => row.pk === pk);

/** `row` is { pk, name }. */
export const refuse = (refused, { pk, name }, refusal) =>
  [...refused.filter(other => other.pk !== pk), { pk, name, code: refusal.code, text: refusalText(refusal) }];

/** The row is sent anew; and what was told of rows that are gone has been told. */
export const sending = (refused, pk, values) => refused.filter(other => other.pk !== pk && isThere(other, values));

/** There is a socket again. */
export const connected = refused => refused.filter(({ code }) => code !== OFFLINE);

export const textFor = (refused, pk) => refused.find(other => other.pk === pk)?.text;

/** A row that is gone has no place of its own any more. */
export const homeless = (refused, values) => refused
  .filter(other => !isThere(other, values))
  .map(({ name }) => t('rowGone', { name }))
  .join(' ');
