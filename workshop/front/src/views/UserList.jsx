import { createRoot } from 'react-dom/client';

import UserList from '../containers/UserList';
import { pageData } from '../utils/page';
import { forgetAtLogout } from '../utils/stored';

const data = pageData('users-data', { users: [], me: null });
forgetAtLogout();
// No StrictMode: it would open two sockets.
createRoot(document.getElementById('user-list')).render(<UserList {...data} />);
