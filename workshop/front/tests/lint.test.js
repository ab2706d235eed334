import { ESLint } from 'eslint';
import { expect, it } from 'vitest';

const wrong = async code => {
  const [{ messages }] = await new ESLint().lintText(`export const f = (a, b) => ${code};\n`, { filePath: 'src/utils/made.js' });
  return messages.map(({ ruleId }) => ruleId);
};

it.each(['a.at(-1)', 'a.replaceAll(b, b)', 'Object.hasOwn(a, b)', 'structuredClone(a, b)', 'AbortSignal.timeout(a, b)', 'Promise.any(a, b)'])(
  '%s is rejected: browsers in the build’s target lack it', async code => {
    expect(await wrong(code)).toContain('no-restricted-syntax');
  });

it('what they support is not', async () => {
  expect(await wrong('a[a.length - 1] ?? b')).toEqual([]);
});
