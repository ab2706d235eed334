export const isObject = value => typeof value === 'object' && value !== null && !Array.isArray(value);

export const hasOwn = (object, key) => Object.prototype.hasOwnProperty.call(object, key);

/** The JSON object in a frame's text; null for anything else, which is ignored. */
export function parseFrame(text) {
  try {
    const frame = JSON.parse(text);
    return isObject(frame) ? frame : null;
  } catch {
    return null;
  }
}
