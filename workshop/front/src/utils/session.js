/** Who this page was rendered for, and who is logged in now. */
import { parseFrame } from './frames';

const nameIn = page => page.getElementById('me')?.textContent ?? null;

/** Read before a logout updates the header. */
let me = null;

/** The page as rendered now (the login page if the visitor may not see it), or null. */
async function freshPage() {
  const { pathname, search } = window.location;
  try {
    const response = await fetch(pathname + search, { cache: 'no-store', credentials: 'same-origin' });
    return new DOMParser().parseFromString(await response.text(), 'text/html');
  } catch {
    return null; // No network, or no server.
  }
}

/** The page's bell, kept while a logged-out header has none. */
let bell = null;

/** Takes over the new header: who is logged in, and that session's CSRF tokens. Keeps the bell that is mounted. */
function followHeader(page) {
  const [now, fresh] = [document, page].map(one => one.querySelector('body > nav'));
  if (!now || !fresh) return;
  const head = document.importNode(fresh, true);
  bell = now.querySelector('#bell') ?? bell;
  if (bell) head.querySelector('#bell')?.replaceWith(bell);
  now.replaceWith(head);
}

const dataIn = page => parseFrame(page.querySelector('main ~ script[type="application/json"]')?.textContent ?? '') ?? {};

/**
 * { name, isSame, data }: who is logged in now, or null for nobody; whether the page is theirs; and the template's
 * data for them. Resolves to null if that can't be found out. Updates the page's header.
 */
export async function visitorNow() {
  me = me ?? nameIn(document);
  const page = await freshPage();
  if (!page) return null;
  followHeader(page);
  const name = nameIn(page);
  return { name, isSame: name !== null && name === me, data: dataIn(page) };
}

/**
 * Checks who is logged in, now and whenever the visitor returns to this page. Calls `onBack(data)` when this
 * page's visitor is logged in again, with the template's current data for them, or `onOther()` when somebody
 * else is. Returns a function that stops the checks.
 */
export function awaitLogin({ onBack, onOther }) {
  let isOver = false;

  const stop = () => {
    isOver = true;
    window.removeEventListener('focus', look);
    document.removeEventListener('visibilitychange', look);
  };

  const look = async () => {
    if (document.visibilityState !== 'visible') return;
    const visitor = await visitorNow();
    if (isOver || !visitor || visitor.name === null) return;
    stop();
    if (visitor.isSame) onBack(visitor.data);
    else onOther();
  };

  window.addEventListener('focus', look);
  document.addEventListener('visibilitychange', look);
  look();
  return stop;
}
