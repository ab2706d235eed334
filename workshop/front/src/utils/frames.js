export const isObject = value => typeof value === 'object' && value !== null && !Array.isArray(value);

export const hasOwn = (object, key) => Object.prototype.hasOwnProperty.call(object, key);

/** The object in a socket's text, or null: what isn't one is nobody's business here. */
export function parseFrame(text) {
  try {
    const frame = JSON.parse(text);
    return isObject(frame) ? frame : null;
  } catch {
    return null;
  }
}
