import { createRoot } from 'react-dom/client';

import Bell from '.';

/** A shadow root with the site's style sheet, once loaded. It isolates the bell's styles from those of the page. */
function shadowOf(place) {
  const shadow = place.attachShadow({ mode: 'open' });
  const sheet = document.createElement('link');
  return new Promise(resolve => {
    sheet.onload = sheet.onerror = () => resolve(shadow);
    sheet.rel = 'stylesheet';
    sheet.href = place.dataset.sheet;
    shadow.append(sheet);
  });
}

async function mountInShadow(place, props) {
  const shadow = await shadowOf(place);
  const root = shadow.appendChild(document.createElement('div'));
  createRoot(root).render(<Bell {...props} toastsIn={shadow} />);
}

/** Mounts the bell in the header, which has a place for it if the visitor is logged in. */
export default function mountBell(props) {
  const place = document.getElementById('bell');
  if (!place) return;
  const me = document.getElementById('me').textContent;
  if (place.dataset.sheet) mountInShadow(place, { me, ...props });
  else createRoot(place).render(<Bell me={me} {...props} />);
}
