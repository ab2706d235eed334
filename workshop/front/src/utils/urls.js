const { protocol, host } = window.location;

export const API_URL = '/links/api/';
export const LINKS_API_URL = `${API_URL}links/`;
export const TAGS_API_URL = `${API_URL}tags/`;
export const LINKTAGS_API_URL = `${API_URL}linktags/`;
export const USERS_API_URL = `${API_URL}users/`;

export const WS_URL = `${protocol === 'https:' ? 'wss:' : 'ws:'}//${host}/`;
export const UPDATES_WS_URL = `${WS_URL}updates/`;
export const USERS_WS_URL = `${WS_URL}users/`;

/** `text` where a click on it leads to a web page, otherwise null: a stored javascript: URL would run here. */
export function webUrl(text) {
  try {
    return ['http:', 'https:'].includes(new URL(text).protocol) ? text : null;
  } catch {
    return null;
  }
}
