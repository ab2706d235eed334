import { t } from '../../utils/i18n';

/** Nothing is loaded before the visitor asks for it: they may be writing. */
export default function NewVersion() {
  return (
    <p role="alert" className="new-version alert alert-info">
      {t('newVersion')} <a href="">{t('reload')}</a>
    </p>
  );
}
