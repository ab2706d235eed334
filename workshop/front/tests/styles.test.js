import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const SITE = join(import.meta.dirname, '../../..');
const ROOTS = ['workshop/front/src', 'workshop/templates', 'links/templates', 'display/templates', 'chat/templates', 'primer/templates'];
/** Pygments' token classes, which no source of ours names. */
const FOREIGN = /^(c|c1|cm|ch|cs|sd|k|kn|kd|kc|kr|ow|nd|s|s1|s2|sa|sb|sc|se|si|sr|m|mi|mf|mh|nf|nc|fm|nn|nb)$/;

const files = ROOTS.flatMap(root => readdirSync(join(SITE, root), { recursive: true }).map(file => join(SITE, root, file)));
const read = (...extensions) => files.filter(file => extensions.some(extension => file.endsWith(extension)))
  .map(file => [file, readFileSync(file, 'utf8')]);

const sheets = read('.css').map(([file, text]) => [file, text.replace(/\/\*[^]*?\*\//g, '')]);
const all = sheets.map(([, text]) => text).join('\n');
const sources = read('.jsx', '.js', '.html').map(([, text]) => text).join('\n');

const found = (text, pattern) => new Set([...text.matchAll(pattern)].map(match => match[1]));
const selectors = text => text.replace(/\{[^{}]*\}/g, '{}');

const words = new Set(sources.match(/[\w-]+/g));
/** Matches whole names, and the end of composed ones, such as `frame-${kind}`. */
const isNamed = name => words.has(name) || [...words].some(word => word.endsWith('-') && name.startsWith(word));

const colours = text => Object.fromEntries([...text.matchAll(/(--[\w-]+): (#\w+)/g)].map(([, name, value]) => [name, value]));

const tokens = readFileSync(join(SITE, 'workshop/static/workshop/tokens.css'), 'utf8');
const [light, dark] = tokens.split('@media').map(colours);

/** Relative luminance, WCAG 2.1 */
function luminance(hex) {
  const digits = hex.length === 4 ? [...hex.slice(1)].map(digit => digit + digit) : hex.match(/[^#]{2}/g);
  const [r, g, b] = digits.map(two => parseInt(two, 16) / 255).map(c => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(one, other) {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

const PAIRS = [
  ...['--text', '--text-muted', '--accent', '--accent-strong', '--wrong', '--wait'].flatMap(text =>
    ['--page', '--surface', '--raised'].map(back => [text, back])),
  ...['--info-back', '--success-back', '--warning-back', '--danger-back'].map(back => ['--text', back]),
  ['--on-accent', '--accent'], ['--on-accent', '--accent-strong'], ['--on-wrong', '--wrong'], ['--on-wrong', '--wrong-strong'],
];

describe.each([['light', light], ['dark', dark]])('the colours, %s,', (_, values) => {
  it('have enough contrast with their backgrounds', () => {
    const poor = PAIRS.map(([text, back]) => [text, back, contrast(values[text], values[back])])
      .filter(([, , ratio]) => ratio < 4.5);
    expect(poor).toEqual([]);
  });
});

describe('the style sheets', () => {
  it('have no rule for an unused class', () => {
    const classes = [...found(selectors(all), /\.([a-z][\w-]*)/g)];
    expect(classes.length).toBeGreaterThan(100);
    expect(classes.filter(name => !FOREIGN.test(name) && !isNamed(name))).toEqual([]);
  });

  it('use each of their variables, and no others', () => {
    const both = `${tokens}\n${all}`;
    expect([...found(both, /var\((--[\w-]+)/g)].sort()).toEqual([...found(both, /(--[\w-]+):/g)].sort());
  });

  it('stand beside their components', () => {
    const orphans = sheets.map(([file]) => file).filter(file => file.includes('/components/'))
      .filter(file => !sources.includes(`/${file.split('/').pop()}'`));
    expect(orphans).toEqual([]);
  });

  it('are short', () => {
    expect(sheets.filter(([, text]) => text.split('\n').length > 200).map(([file]) => file)).toEqual([]);
  });
});
