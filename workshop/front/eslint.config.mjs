import js from '@eslint/js';
import react from 'eslint-plugin-react';
import hooks from 'eslint-plugin-react-hooks';
import globals from 'globals';

// What came to browsers after webpack.config.js's TARGET: esbuild translates syntax only.
const NEWER = {
  'MemberExpression[object.name="Object"][property.name=/^(hasOwn|groupBy)$/]': 'use hasOwn of utils/frames',
  'CallExpression > MemberExpression.callee[property.name=/^(at|replaceAll|findLast|findLastIndex|toSorted|toReversed|toSpliced|isWellFormed)$/]': 'newer than ES2020',
  'MemberExpression[object.name="Promise"][property.name=/^(any|withResolvers|try)$/]': 'newer than ES2020',
  'MemberExpression[object.name="AbortSignal"][property.name=/^(timeout|any)$/]': 'newer than ES2020',
  'Identifier[name=/^(structuredClone|WeakRef|FinalizationRegistry|AggregateError)$/]': 'newer than ES2020',
};
const restricted = Object.entries(NEWER).map(([selector, message]) => ({ selector, message }));

export default [
  { ignores: ['node_modules/'] },
  js.configs.recommended,
  {
    files: ['src/**/*.{js,jsx}', 'tests/**/*.{js,jsx}'],
    ...react.configs.flat.recommended,
    settings: { react: { version: 'detect' } },
    languageOptions: {
      ...react.configs.flat.recommended.languageOptions,
      sourceType: 'module',
      globals: globals.browser,
    },
  },
  { files: ['src/**/*.{js,jsx}', 'tests/**/*.{js,jsx}'], ...react.configs.flat['jsx-runtime'] },
  {
    files: ['src/**/*.{js,jsx}'],
    plugins: { 'react-hooks': hooks },
    rules: { 'react-hooks/rules-of-hooks': 'error', 'react-hooks/exhaustive-deps': 'error' },
  },
  { files: ['src/**/*.{js,jsx}'], rules: { 'no-restricted-syntax': ['error', ...restricted] } },
  { files: ['tests/**/*.{js,jsx}'], rules: { 'react/prop-types': 'off', 'react/display-name': 'off' } },
  { files: ['webpack.config.js'], languageOptions: { sourceType: 'commonjs', globals: globals.node } },
];
