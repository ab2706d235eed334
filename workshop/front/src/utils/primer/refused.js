/** Refusals, at most one per row: [{ pk, name, code, text }]; `pk` is NEW for a row being added. */
import { OFFLINE } from '../requests';
import { refusalText } from './refusals';
import { t } from './texts';

export const NEW = 'new';

const isThere = ({ pk }, values) => pk === NEW || values.some(row => row.pk === pk);

/** `row` is { pk, name }. */
export const refuse = (refused, { pk, name }, refusal) =>
  [...refused.filter(other => other.pk !== pk), { pk, name, code: refusal.code, text: refusalText(refusal) }];

/** The row is being sent again: clears its refusal, and those of deleted rows, which have been shown. */
export const sending = (refused, pk, values) => refused.filter(other => other.pk !== pk && isThere(other, values));

/** Clears what was refused for want of a connection. */
export const connected = refused => refused.filter(({ code }) => code !== OFFLINE);

export const textFor = (refused, pk) => refused.find(other => other.pk === pk)?.text;

/** The text for refusals whose row has been deleted. */
export const homeless = (refused, values) => refused
  .filter(other => !isThere(other, values))
  .map(({ name }) => t('rowGone', { name }))
  .join(' ');
