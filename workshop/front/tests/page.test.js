import { expect, it } from 'vitest';

import { pageData } from '../src/utils/page';

const write = text => { document.body.innerHTML = `<script type="application/json" id="d">${text}</script>`; };

it('reads what the template wrote', () => {
  write('{"links": [1]}');
  expect(pageData('d', { links: [], next: null })).toEqual({ links: [1], next: null });
});

it.each(['', 'x', '[]', 'null', '"text"'])('falls back for %j', text => {
  write(text);
  expect(pageData('d', { links: [] })).toEqual({ links: [] });
});

it('falls back if there is no element', () => {
  expect(pageData('d', { links: [] })).toEqual({ links: [] });
});
