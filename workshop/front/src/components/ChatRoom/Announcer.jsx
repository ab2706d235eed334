import { useEffect, useRef, useState } from 'react';
import PropTypes from 'prop-types';

import { announcement } from '../../utils/chat/announcement';

/** Announces to screen readers what others have just posted. A repeated text is announced again. */
export default function Announcer({ room }) {
  const before = useRef(room);
  const [said, setSaid] = useState({ at: 0, text: '' });

  useEffect(() => {
    const text = announcement(before.current, room);
    before.current = room;
    if (text !== null) setSaid({ at: room.log.arrivals, text });
  }, [room]);

  return <div role="status" className="announcer visually-hidden"><p key={said.at}>{said.text}</p></div>;
}

Announcer.propTypes = {
  room: PropTypes.object.isRequired,
};
