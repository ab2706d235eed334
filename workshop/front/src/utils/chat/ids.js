const hex = byte => byte.toString(16).padStart(2, '0');

/** A unique id. crypto.randomUUID is missing outside secure contexts. */
export function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), hex).join('');
}
