import mountBell from '../containers/Bell/mount';
import { forgetAtLogout } from '../utils/stored';

forgetAtLogout();
mountBell({ hasSocket: false });
