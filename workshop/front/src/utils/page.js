import { parseFrame } from './frames';

/** The data that the template wrote for this page; `fallback`'s keys are those that it can count on. */
export function pageData(id, fallback) {
  return { ...fallback, ...parseFrame(document.getElementById(id)?.textContent) };
}
