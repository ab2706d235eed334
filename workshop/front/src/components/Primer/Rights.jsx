import { t } from '../../utils/primer/texts';
import { shapeOfRights } from './shapes';

/** Why nothing can be changed here, or where else it can be. */
export default function Rights({ rights: { can, login, admin } }) {
  if (admin) return <p className="rights"><a href={admin}>{t('inAdmin')}</a></p>;
  if (Object.values(can).some(Boolean)) return null;
  return (
    <p className="rights">
      {t(login ? 'mayNotUnknown' : 'mayNot')}
      {login && <>{' '}<a href={login}>{t('logIn')}</a></>}
    </p>
  );
}

Rights.propTypes = { rights: shapeOfRights };
