import { createRoot } from 'react-dom/client';

import mountBell from '../containers/Bell/mount';
import ChatRooms from '../containers/ChatRooms';
import { pageData } from '../utils/page';
import { forgetAtLogout } from '../utils/stored';

const data = pageData('rooms-data', { rooms: [], me: null });
forgetAtLogout();
mountBell({ hasSocket: true });
// No StrictMode: it would open two sockets.
createRoot(document.getElementById('chat-rooms')).render(<ChatRooms {...data} />);
