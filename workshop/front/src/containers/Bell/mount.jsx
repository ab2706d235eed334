import { createRoot } from 'react-dom/client';

import Bell from '.';

/** Puts the bell in the head of the page, which has a place for it where somebody is logged in. */
export default function mountBell(props) {
  const place = document.getElementById('bell');
  if (!place) return;
  createRoot(place).render(<Bell me={document.getElementById('me').textContent} {...props} />);
}
