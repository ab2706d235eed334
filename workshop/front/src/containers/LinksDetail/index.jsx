import React from 'react';
import PropTypes from 'prop-types';

import LinksDetailComponent from '../../components/LinksDetail';
import Socket from '../../components/Socket';
import { CONNECTING } from '../../components/Socket/turns';
import { getUrl } from '../../utils/api';
import { parseFrame } from '../../utils/frames';
import { applyAnswer, applyFrame, clearStale, firstRows, getLink, unknownUsers } from '../../utils/links';
import Loader from '../../utils/loader';
import { LINKS_API_URL, TAGS_API_URL, UPDATES_WS_URL, USERS_API_URL } from '../../utils/urls';

export default class LinksDetail extends React.Component {
  static propTypes = {
    links: PropTypes.array.isRequired,
    tags: PropTypes.array.isRequired,
    users: PropTypes.array.isRequired,
    next: PropTypes.string,
  };

  constructor(props) {
    super(props);
    const rows = firstRows(props);
    this.state = { rows, connection: CONNECTING, loading: false, refreshing: false, failed: false };
    // Users that the page itself doesn't name are hidden from it: asking for them again is in vain.
    this.askedUsers = new Set(unknownUsers(rows.links, rows.users));
    this.loader = new Loader({
      get: this._getRows,
      onStart: this._onStart,
      onAnswer: this._onAnswer,
      onFailure: this._onFailure,
    });
  }

  componentDidMount() {
    if (this.props.next) this.loader.load();
  }

  componentDidUpdate() {
    if (this.state.rows.stale) this.loader.soon();
  }

  componentWillUnmount() {
    this.loader.stop();
  }

  getLink = (id, fields) => getLink(id, fields);

  _getRows = async signal => {
    const [rows, tags] = await Promise.all([
      getUrl(LINKS_API_URL, { signal }),
      getUrl(TAGS_API_URL, { signal }),
    ]);
    const links = rows.map(row => this.getLink(row.id, row));
    return { links, tags, users: await this._getNewUsers(links, signal) };
  };

  _getNewUsers = async (links, signal) => {
    const unknown = unknownUsers(links, this.state.rows.users).filter(user => !this.askedUsers.has(user));
    if (unknown.length === 0) return [];
    try {
      const users = await getUrl(USERS_API_URL, { signal });
      unknown.forEach(user => this.askedUsers.add(user));
      return users;
    } catch {
      return []; // Their links are worth showing without the names.
    }
  };

  _onStart = () => this.setState(({ rows }) => ({ rows: clearStale(rows), loading: true }));

  _onAnswer = (answer, held) => {
    this.setState(({ rows }) => ({
      rows: applyAnswer(rows, answer, held), loading: false, refreshing: false, failed: false,
    }));
  };

  _onFailure = () => this.setState({ loading: false, refreshing: false, failed: true });

  _onRefresh = () => {
    this.setState({ refreshing: true });
    this.loader.load();
  };

  _onUpdate = event => {
    const frame = parseFrame(event);
    this.loader.hold(frame);
    this.setState(({ rows }) => ({ rows: applyFrame(rows, frame) }));
  };

  _onState = connection => this.setState({ connection });

  render() {
    return (
      <>
        <LinksDetailComponent {...this.state} onRefresh={this._onRefresh} />
        <Socket url={UPDATES_WS_URL} onOpen={this.loader.load} onMessage={this._onUpdate} onState={this._onState} />
      </>
    );
  }
}
