import { Fragment } from 'react';
import PropTypes from 'prop-types';

import { isSame, mentionsIn } from '../../utils/chat/mentions';
import { pieces } from '../../utils/chat/text';

function Words({ text, me }) {
  return mentionsIn(text).map(({ text: piece, name }, at) => (name === null
    ? <Fragment key={at}>{piece}</Fragment>
    : <bdi key={at} className={me !== null && isSame(name, me) ? 'mention to-me' : 'mention'}>{piece}</bdi>));
}

Words.propTypes = {
  text: PropTypes.string.isRequired,
  me: PropTypes.string,
};

/** A message's text with its web addresses as links, which send no referrer, and its mentions highlighted. */
export default function MessageText({ text, me }) {
  return (
    <p className="message-text" dir="auto">
      {pieces(text).map((piece, at) => (piece.url
        ? <a key={at} href={piece.url} target="_blank" rel="noopener noreferrer nofollow">{piece.text}</a>
        : <Words key={at} text={piece.text} me={me} />))}
    </p>
  );
}

MessageText.propTypes = {
  text: PropTypes.string.isRequired,
  me: PropTypes.string,
};
