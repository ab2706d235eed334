import { Fragment } from 'react';
import PropTypes from 'prop-types';

import { pieces } from '../../utils/chat/text';

/** Plain text; web addresses in it lead there, and tell nobody where the reader came from. */
export default function MessageText({ text }) {
  return (
    <p className="message-text" dir="auto">
      {pieces(text).map((piece, at) => (piece.url
        ? <a key={at} href={piece.url} target="_blank" rel="noopener noreferrer nofollow">{piece.text}</a>
        : <Fragment key={at}>{piece.text}</Fragment>))}
    </p>
  );
}

MessageText.propTypes = {
  text: PropTypes.string.isRequired,
};
