import { parseFrame } from './frames';

/** The data the template wrote for this page; the keys of `fallback` are always there. */
export function pageData(id, fallback) {
  return { ...fallback, ...parseFrame(document.getElementById(id)?.textContent) };
}
