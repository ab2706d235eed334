import { createRoot } from 'react-dom/client';

import mountBell from '../containers/Bell/mount';
import ChatRoom from '../containers/ChatRoom';
import { PRIVATE } from '../utils/notices';
import { pageData } from '../utils/page';
import { forgetAtLogout } from '../utils/stored';

const data = pageData('chat-data', {
  room: '', me: null, may_write: false, messages: [], more: false, number: 0, closed: false, read: null,
});
forgetAtLogout();
// The room itself shows its own messages and every private one.
mountBell({ hasSocket: true, isShown: ({ kind, room }) => kind === PRIVATE || room === data.room });
// No StrictMode: it would open two sockets.
createRoot(document.getElementById('chat-room')).render(<ChatRoom {...data} />);
