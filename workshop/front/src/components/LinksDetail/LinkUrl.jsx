import PropTypes from 'prop-types';

import { shortUrl, webUrl } from '../../utils/urls';

export default function LinkUrl({ url }) {
  const href = webUrl(url);
  if (!href) return <bdi className="url" title={url}>{url}</bdi>;
  return <a className="url" href={href} rel="noopener noreferrer nofollow" target="_blank" title={url}><bdi>{shortUrl(url)}</bdi></a>;
}

LinkUrl.propTypes = { url: PropTypes.string.isRequired };
