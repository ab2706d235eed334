import js from '@eslint/js';
import react from 'eslint-plugin-react';
import globals from 'globals';

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
  { files: ['tests/**/*.{js,jsx}'], rules: { 'react/prop-types': 'off', 'react/display-name': 'off' } },
  { files: ['webpack.config.js'], languageOptions: { sourceType: 'commonjs', globals: globals.node } },
];
