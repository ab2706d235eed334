import { useCallback, useEffect, useLayoutEffect, useRef } from 'react';
import PropTypes from 'prop-types';

import { t } from '../../utils/chat/texts';
import useLatest from '../../utils/latest';
import './Log.css';

const NEAR_END = 40;
const NEAR_TOP = 100;
/** Leaves some of the messages before the new ones visible, for context. */
const ABOVE_NEW = 60;

/** The first visible message and its offset. Only messages can be anchors: dividers may move between them. */
function firstInSight(view, list) {
  const element = Array.from(list.querySelectorAll('.message'))
    .find(({ offsetTop, offsetHeight }) => offsetTop + offsetHeight > view.scrollTop);
  return element ? { element, top: element.offsetTop } : null;
}

/**
 * The scrollable message list, opened at the first new message. It isn't a live region; Announcer is. While
 * `isStuck`, it stays scrolled to the end; otherwise it keeps the reader's place, even as older messages are
 * inserted above.
 */
export default function Log({ room, children, isStuck, onStuck, hasMore, isLoading, onOlder }) {
  const view = useRef(null);
  const list = useRef(null);
  const anchor = useRef(null);
  const stuck = useLatest(isStuck);

  const keep = useCallback(() => {
    const { element, top } = anchor.current ?? {};
    if (stuck.current) view.current.scrollTop = view.current.scrollHeight;
    else if (element?.isConnected) view.current.scrollTop += element.offsetTop - top;
    anchor.current = stuck.current ? null : firstInSight(view.current, list.current);
  }, [stuck]);

  const look = () => {
    const { scrollTop, scrollHeight, clientHeight } = view.current;
    anchor.current = firstInSight(view.current, list.current);
    const isAtEnd = scrollHeight - scrollTop - clientHeight < NEAR_END;
    if (isAtEnd !== isStuck) onStuck(isAtEnd);
    return isAtEnd;
  };

  const first = useRef(look);
  useLayoutEffect(() => {
    const line = list.current.querySelector('.divider-new');
    if (stuck.current || !line) return;
    view.current.scrollTop = line.offsetTop - ABOVE_NEW;
    first.current();
  }, [stuck]);

  useLayoutEffect(keep);

  useEffect(() => {
    if (!('ResizeObserver' in window)) return undefined;
    const observer = new ResizeObserver(keep); // An on-screen keyboard shrinks the view.
    observer.observe(view.current);
    return () => observer.disconnect();
  }, [keep]);

  const onScroll = () => {
    const isAtEnd = look();
    if (!isAtEnd && view.current.scrollTop < NEAR_TOP) onOlder();
  };

  return (
    <div
      ref={view} className="chat-log" role="log" aria-live="off" tabIndex={0}
      aria-label={t('logLabel', { room: `#${room}` })} aria-busy={isLoading} onScroll={onScroll}
    >
      {hasMore && (
        <button type="button" className="older btn btn-sm btn-outline-secondary" disabled={isLoading} onClick={onOlder}>
          {t(isLoading ? 'loadingOlder' : 'loadOlder')}
        </button>
      )}
      {children.length === 0 && <p className="empty">{t('noMessages')}</p>}
      <ol ref={list}>{children}</ol>
    </div>
  );
}

Log.propTypes = {
  room: PropTypes.string.isRequired,
  children: PropTypes.array.isRequired,
  isStuck: PropTypes.bool.isRequired,
  onStuck: PropTypes.func.isRequired,
  hasMore: PropTypes.bool.isRequired,
  isLoading: PropTypes.bool.isRequired,
  onOlder: PropTypes.func.isRequired,
};
