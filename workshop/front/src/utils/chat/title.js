/** The tab's title; in front of it how many messages nobody has looked at. */
export const titleOf = (room, unread) => `${unread > 0 ? `(${unread}) ` : ''}#${room} · Workshop`;
