import { expect, it } from 'vitest';

import { inWords } from '../src/components/LinksDetail/labels';
import { LANGUAGES, t } from '../src/utils/i18n';

it('has the same texts in every language', () => {
  const keys = Object.keys(LANGUAGES.en);
  for (const texts of Object.values(LANGUAGES)) expect(Object.keys(texts)).toEqual(keys);
});

it.each([['es', 'Actualizar'], ['es-ar', 'Actualizar'], ['en', 'Refresh'], ['fr', 'Refresh'], ['', 'Refresh']])(
  'follows the page’s language: %j', (lang, text) => {
    document.documentElement.lang = lang;
    expect(t('refresh')).toBe(text);
  });

it('has grammatical gender in Spanish: of tags, and of a person', () => {
  document.documentElement.lang = 'es';
  expect([inWords('tags', []), inWords('user', null), inWords('description', '')]).toEqual(['ninguna', 'nadie', 'sin texto']);
});

it('inserts values verbatim', () => {
  expect(t('userLoggedIn', { name: '$& {name}' })).toBe('$& {name} logged in');
});
