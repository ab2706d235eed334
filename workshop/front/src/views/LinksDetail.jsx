import { createRoot } from 'react-dom/client';

import mountBell from '../containers/Bell/mount';
import LinksDetail from '../containers/LinksDetail';
import { pageData } from '../utils/page';
import { forgetAtLogout } from '../utils/stored';

const data = pageData('links-data', { links: [], tags: [], users: [], next: null, can: {}, me: null });
forgetAtLogout();
mountBell({ hasSocket: true });
// No StrictMode: it would open two sockets.
createRoot(document.getElementById('links-detail')).render(<LinksDetail {...data} />);
