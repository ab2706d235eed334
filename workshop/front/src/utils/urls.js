const { protocol, host } = window.location;

export const API_URL = '/links/api/';
export const LINKS_API_URL = `${API_URL}links/`;
export const TAGS_API_URL = `${API_URL}tags/`;
export const LINKTAGS_API_URL = `${API_URL}linktags/`;
export const USERS_API_URL = `${API_URL}users/`;

export const WS_URL = `${protocol === 'https:' ? 'wss:' : 'ws:'}//${host}/`;
/** The WebSocket URL of an absolute path on this site. */
export const wsUrl = path => WS_URL + path.replace(/^\//, '');
export const UPDATES_WS_URL = `${WS_URL}updates/`;
export const USERS_WS_URL = `${WS_URL}users/`;
export const NOTICES_WS_URL = `${WS_URL}ws/notices/`;
export const ROOMS_WS_URL = `${WS_URL}ws/chat/`;

export const ROOMS_URL = '/chat/';
export const roomUrl = name => `${ROOMS_URL}${encodeURIComponent(name)}/`;
export const roomWsUrl = name => `${ROOMS_WS_URL}${encodeURIComponent(name)}/`;
const LOGIN_PATH = '/accounts/login/';
/** The login page, which then redirects back here. */
export const loginUrl = () => `${LOGIN_PATH}?next=${encodeURIComponent(window.location.pathname)}`;
export const isLogoutUrl = url => new URL(url, window.location.href).pathname === '/accounts/logout/';
/** Whether a URL is that of the login page. */
export const isLoginUrl = url => new URL(url, window.location.href).pathname === LOGIN_PATH;

/** A URL shortened for display: without its scheme and "www.", but always beginning with its host. */
export function shortUrl(text) {
  const { host, pathname, search, hash } = new URL(text);
  return (host.replace(/^www\./, '') + pathname + search + hash).replace(/\/$/, '');
}

/** `text` if it is an HTTP(S) URL, otherwise null: a stored javascript: URL would run here. */
export function webUrl(text) {
  try {
    return ['http:', 'https:'].includes(new URL(text).protocol) ? text : null;
  } catch {
    return null;
  }
}
