import { createRoot } from 'react-dom/client';

import mountBell from '../containers/Bell/mount';
import UserList from '../containers/UserList';
import { pageData } from '../utils/page';
import { forgetAtLogout } from '../utils/stored';

const data = pageData('users-data', { users: [], me: null });
forgetAtLogout();
mountBell({ hasSocket: true });
// No StrictMode: it would open two sockets.
createRoot(document.getElementById('user-list')).render(<UserList {...data} />);
