import { useState } from 'react';
import { createPortal } from 'react-dom';
import PropTypes from 'prop-types';

import { shapeOfCan, shapeOfExample } from '../../components/Primer/shapes';
import SocketPanel from '../../components/Primer/SocketPanel';
import { hasOwn } from '../../utils/frames';
import { FORMS } from '../../utils/primer/forms';
import Binding from './Binding';
import LongPoll from './LongPoll';
import Raw from './Raw';
import '../../components/Primer/page.css';
import '../../components/Primer/code.css';

/** Renders a live panel into each of the page's `slots`, a Map of elements by the example's key. */
export default function Primer({ examples, slots, values, can, login, admin, news }) {
  // The long-poll panel posts over the news socket.
  const [sendNews, setSendNews] = useState(null);
  const [needsNews, setNeedsNews] = useState(false);
  const newsPath = examples.find(({ key }) => key === 'news')?.path ?? '';

  const panelOf = {
    binding: example => <Binding example={example} values={values} rights={{ can, login, admin }} />,
    poll: example => (
      <LongPoll
        example={example} after={news?.number ?? 0} sayPath={newsPath}
        onSay={sendNews} onSeen={() => setNeedsNews(true)}
      />
    ),
    raw: example => <Raw example={example} />,
    news: example => (
      <SocketPanel
        example={example} forms={FORMS.news} isNeeded={needsNews} onSend={send => setSendNews(() => send)}
      />
    ),
  };
  const simple = example => <SocketPanel example={example} forms={FORMS[example.key]} />;

  return examples
    .filter(({ key }) => slots.has(key) && (hasOwn(panelOf, key) || hasOwn(FORMS, key)))
    .map(example => createPortal((panelOf[example.key] ?? simple)(example), slots.get(example.key), example.key));
}

Primer.propTypes = {
  examples: PropTypes.arrayOf(shapeOfExample).isRequired,
  slots: PropTypes.instanceOf(Map).isRequired,
  values: PropTypes.array.isRequired,
  can: shapeOfCan,
  login: PropTypes.string,
  admin: PropTypes.string,
  news: PropTypes.shape({ number: PropTypes.number, news: PropTypes.string }),
};
