/** Who this page is for, and who is logged in by now. */
import { parseFrame } from './frames';

const nameIn = page => page.getElementById('me')?.textContent ?? null;

/** Read before the head follows a logout. */
let me = null;

/** The page as it would be now, or null: a login page, where it isn't for whoever asks. */
async function freshPage() {
  const { pathname, search } = window.location;
  try {
    const response = await fetch(pathname + search, { cache: 'no-store', credentials: 'same-origin' });
    return new DOMParser().parseFromString(await response.text(), 'text/html');
  } catch {
    return null; // No network, or no server.
  }
}

/** The page's own, while a head that nobody is logged in to has none. */
let bell = null;

/** The head says who is logged in, and its forms have the token of that session. The bell in it is the one that is alive. */
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
 * { name, isSame, data }: who is logged in now, null for nobody; whether the page is for them; and what its template
 * has for them now. Null where that can't be told. The head of the page follows.
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
 * Looks, now and whenever the visitor comes back to this page, who is logged in. `onBack(data)` is called when it
 * is again the one that the page is for, with the data that its template has for them now; `onOther()` when
 * it is somebody else. Returns a function that ends it.
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
