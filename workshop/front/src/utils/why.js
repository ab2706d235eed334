import { GONE, LOGGED_OUT } from '../components/Socket/turns';
import { isLoginUrl } from './urls';

const REASONS = new Map([[401, LOGGED_OUT], [403, GONE], [404, GONE], [410, GONE]]);

/**
 * Why this page's sockets are refused. Browsers hide it from scripts, so the page itself is requested. Null
 * if a retry may help.
 */
export async function whyRefused() {
  const { pathname, search } = window.location;
  try {
    const { status, url, headers } = await fetch(pathname + search, {
      method: 'HEAD', cache: 'no-store', credentials: 'same-origin',
    });
    if (isLoginUrl(url)) return LOGGED_OUT;
    return headers?.get('X-Gone') ? GONE : REASONS.get(status) ?? null; // The URL now serves another page.
  } catch {
    return null; // No network, or no server.
  }
}
