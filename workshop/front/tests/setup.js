import { cleanup } from '@testing-library/react';
import { afterEach, beforeEach, vi } from 'vitest';

globalThis.IS_REACT_ACT_ENVIRONMENT = true;

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  cleanup();
  vi.useRealTimers();
  document.documentElement.lang = '';
  document.body.innerHTML = '';
  sessionStorage.clear();
});

// A short random delay would end while a test's server is still down.
beforeEach(() => {
  vi.spyOn(Math, 'random').mockReturnValue(0.5);
});
