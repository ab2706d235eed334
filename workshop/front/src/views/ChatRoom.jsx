import { createRoot } from 'react-dom/client';

import ChatRoom from '../containers/ChatRoom';
import { pageData } from '../utils/page';
import { forgetAtLogout } from '../utils/stored';

const data = pageData('chat-data', {
  room: '', me: null, may_write: false, messages: [], more: false, number: 0, closed: false, read: null,
});
forgetAtLogout();
// No StrictMode: it would open two sockets.
createRoot(document.getElementById('chat-room')).render(<ChatRoom {...data} />);
