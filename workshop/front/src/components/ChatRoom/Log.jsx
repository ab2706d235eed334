import React from 'react';
import PropTypes from 'prop-types';

import { t } from '../../utils/chat/texts';

const NEAR_END = 40;
const NEAR_TOP = 100;

/**
 * The messages in a box that scrolls. While it is `stuck` its end stays in sight; otherwise whatever
 * the reader looks at stays where it is, also when older messages come in above it.
 */
export default class Log extends React.Component {
  static propTypes = {
    room: PropTypes.string.isRequired,
    children: PropTypes.array.isRequired,
    isStuck: PropTypes.bool.isRequired,
    onStuck: PropTypes.func.isRequired,
    hasMore: PropTypes.bool.isRequired,
    isLoading: PropTypes.bool.isRequired,
    onOlder: PropTypes.func.isRequired,
  };

  view = React.createRef();
  list = React.createRef();

  componentDidMount() {
    this._keep(null);
    if (!('ResizeObserver' in window)) return;
    this.observer = new ResizeObserver(() => this._keep(null)); // A keyboard on the screen makes it lower.
    this.observer.observe(this.view.current);
  }

  getSnapshotBeforeUpdate({ isStuck }) {
    return isStuck ? null : this._anchor();
  }

  componentDidUpdate(_, __, anchor) {
    this._keep(anchor);
  }

  componentWillUnmount() {
    this.observer?.disconnect();
  }

  /** The first message in sight. */
  _anchor() {
    const { scrollTop } = this.view.current;
    const element = Array.from(this.list.current.children)
      .find(({ offsetTop, offsetHeight }) => offsetTop + offsetHeight > scrollTop);
    return element ? { element, top: element.offsetTop } : null;
  }

  _keep(anchor) {
    const view = this.view.current;
    if (this.props.isStuck) view.scrollTop = view.scrollHeight;
    else if (anchor?.element.isConnected) view.scrollTop += anchor.element.offsetTop - anchor.top;
  }

  _onScroll = () => {
    const { isStuck, onStuck, onOlder } = this.props;
    const { scrollTop, scrollHeight, clientHeight } = this.view.current;
    const isAtEnd = scrollHeight - scrollTop - clientHeight < NEAR_END;
    if (isAtEnd !== isStuck) onStuck(isAtEnd);
    if (!isAtEnd && scrollTop < NEAR_TOP) onOlder();
  };

  render() {
    const { room, children, hasMore, isLoading, onOlder } = this.props;
    return (
      <div
        ref={this.view} className="chat-log" role="log" tabIndex={0}
        aria-label={t('logLabel', { room: `#${room}` })} aria-busy={isLoading} onScroll={this._onScroll}
      >
        {hasMore && (
          <button type="button" className="older btn btn-sm btn-outline-secondary" disabled={isLoading} onClick={onOlder}>
            {t(isLoading ? 'loadingOlder' : 'loadOlder')}
          </button>
        )}
        {children.length === 0 && <p className="empty">{t('noMessages')}</p>}
        <ol ref={this.list}>{children}</ol>
      </div>
    );
  }
}
