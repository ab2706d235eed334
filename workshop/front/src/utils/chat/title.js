/** The tab's title, prefixed with the unread count. */
export const titleOf = (room, unread) => `${unread > 0 ? `(${unread}) ` : ''}#${room} · Workshop`;
