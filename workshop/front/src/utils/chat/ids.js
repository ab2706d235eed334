const hex = byte => byte.toString(16).padStart(2, '0');

/** An id that nobody else has. Pages without https have no randomUUID. */
export function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), hex).join('');
}
