import { createRoot } from 'react-dom/client';

import Bell from '.';

/** A shadow tree with the site's style sheet, once it is there: of the page around it, neither has the other's looks. */
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

/** Puts the bell in the head of the page, which has a place for it where somebody is logged in. */
export default function mountBell(props) {
  const place = document.getElementById('bell');
  if (!place) return;
  const me = document.getElementById('me').textContent;
  if (place.dataset.sheet) mountInShadow(place, { me, ...props });
  else createRoot(place).render(<Bell me={me} {...props} />);
}
