import { t } from '../../utils/primer/texts';
import { shapeOfRights } from './shapes';

/** Why the visitor can't change anything here, or where else they can. */
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
