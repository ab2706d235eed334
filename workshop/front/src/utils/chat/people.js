/** The people in the room, by name, and until when each counts as typing. */
export const TYPING_FOR = 4000;

const isName = name => typeof name === 'string' && name !== '';
const ordered = names => [...new Set(names.filter(isName))].sort((a, b) => a.localeCompare(b));

export const listed = names => (Array.isArray(names) ? ordered(names) : []);

export const come = (users, name) => (users.includes(name) ? users : ordered([...users, name]));

export const leave = (users, name) => users.filter(user => user !== name);

export const typed = (typing, name, at) => (isName(name) ? new Map(typing).set(name, at + TYPING_FOR) : typing);

export function stopped(typing, isOver) {
  const left = [...typing].filter(([name, until]) => !isOver(name, until));
  return left.length === typing.size ? typing : new Map(left);
}
