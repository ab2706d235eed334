import { useState } from 'react';

import { t } from '../../utils/i18n';
import { canAsk } from '../../utils/notifications';

export default function AllowNotifications() {
  const [shown, setShown] = useState(canAsk);
  if (!shown) return null;
  const ask = () => Notification.requestPermission().then(() => setShown(canAsk()));
  return (
    <button type="button" className="btn btn-sm btn-outline-secondary" onClick={ask}>
      {t('allowNotifications')}
    </button>
  );
}
