import { createRoot } from 'react-dom/client';

import mountBell from '../containers/Bell/mount';
import Primer from '../containers/Primer';
import { pageData } from '../utils/page';
import { forgetAtLogout } from '../utils/stored';

const data = pageData('primer-data', { examples: [], values: [], can: {}, login: null, admin: null, news: null });
const slots = new Map([...document.querySelectorAll('.primer-live')].map(slot => [slot.dataset.example, slot]));
forgetAtLogout();
mountBell({ hasSocket: false });
// Panels are rendered into the slots; the root itself is empty. No StrictMode: it would open two sockets.
createRoot(document.createElement('div')).render(<Primer {...data} slots={slots} />);
