import PropTypes from 'prop-types';

import { webUrl } from '../../utils/urls';

export default function LinkUrl({ url }) {
  const href = webUrl(url);
  if (!href) return <bdi className="url">{url}</bdi>;
  return <a className="url" href={href} rel="noopener noreferrer nofollow" target="_blank"><bdi>{url}</bdi></a>;
}

LinkUrl.propTypes = { url: PropTypes.string.isRequired };
