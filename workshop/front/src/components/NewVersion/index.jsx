import { t } from '../../utils/i18n';

/** Offers a reload. It never reloads by itself: the visitor may be writing. */
export default function NewVersion() {
  return (
    <p role="alert" className="new-version alert alert-info">
      {t('newVersion')} <a href="">{t('reload')}</a>
    </p>
  );
}
