import React from 'react';
import PropTypes from 'prop-types';

import LinksDetailComponent from '../../components/LinksDetail';
import NewVersion from '../../components/NewVersion';
import Socket from '../../components/Socket';
import { CONNECTED, CONNECTING } from '../../components/Socket/turns';
import { loadDrafts, saveDrafts } from '../../utils/drafts';
import { isChanged, isDone, pick, undecided } from '../../utils/edit';
import * as edits from '../../utils/edits';
import { parseFrame } from '../../utils/frames';
import * as rows from '../../utils/links';
import Loader from '../../utils/loader';
import { hearNotice } from '../../utils/notices';
import Pulse from '../../utils/pulse';
import Recovery from '../../utils/recovery';
import Requests, { Refusal, UNKNOWN } from '../../utils/requests';
import { sendDeletion, sendEdit } from '../../utils/save';
import { allKnown, gaps, missing } from '../../utils/sequences';
import Source from '../../utils/source';
import { UPDATES_WS_URL } from '../../utils/urls';
import { isOutdated } from '../../utils/version';
import Watch from '../../utils/watch';

const FORBIDDEN = 'forbidden';

export default class LinksDetail extends React.Component {
  static propTypes = {
    links: PropTypes.array.isRequired,
    tags: PropTypes.array.isRequired,
    users: PropTypes.array.isRequired,
    next: PropTypes.string,
    can: PropTypes.shape({ add: PropTypes.bool, change: PropTypes.bool, delete: PropTypes.bool }),
    me: PropTypes.shape({ id: PropTypes.number, username: PropTypes.string }),
  };

  static defaultProps = { can: {}, me: null };

  constructor(props) {
    super(props);
    const first = rows.firstRows(props);
    this.state = {
      rows: props.me ? rows.addUsers(first, [props.me]) : first,
      edits: edits.restore(edits.FIRST_EDITS, loadDrafts(props.me, props.can), first, !props.next),
      connection: CONNECTING, loading: false, refreshing: false, failed: false,
      isOld: false, updatedAt: null, added: null, deleted: null, can: props.can,
    };
    this.source = new Source(first);
    this.requests = new Requests();
    this.sending = new Set();
    this.loader = new Loader({
      get: signal => this.source.getRows(signal, this.state.rows.users),
      onStart: this._onStart, onAnswer: this._onAnswer, onFailure: this._onFailure,
    });
    this.pulse = new Pulse({ stream: 'links', payload: { action: 'sync' } });
    // Changes refused because the session had ended; retried once the visitor is logged in again.
    this.refused = new Map();
    this.repeated = new Set();
    this.recovery = new Recovery({ send: frame => this.send(frame), onFailure: this._onStale });
    this.watch = new Watch({ onReady: this._onReady, onGap: this._onGap, onAsk: this._askNumbers });
    this.form = {
      onAdd: this._onAdd, onEdit: this._onEdit, onType: this._onType, onChoose: this._onChoose, onSave: this._onSave,
      onCancel: this._onCancel, onAgain: this._onAgain, onDelete: this._onDelete,
      onUndo: this._onUndo,
    };
  }

  componentDidMount() {
    this.watch.start();
    this.pulse.start();
    if (this.props.next) this.loader.load();
    saveDrafts(this.props.me, this.state.edits);
    if (this.state.edits.all.size > 0) this._getUsers();
  }

  componentDidUpdate(_, { edits: before }) {
    if (before !== this.state.edits) saveDrafts(this.props.me, this.state.edits);
    const { sequences, stale } = this.state.rows;
    this.watch.follow([...gaps(sequences), ...edits.unsettled(this.state.edits)], allKnown(sequences));
    if (stale) this.loader.soon();
  }

  componentWillUnmount() {
    this.loader.stop();
    this.watch.stop();
    this.pulse.stop();
    this.recovery.reset();
    this.requests.stop();
  }

  _setRows = step => this.setState(({ rows: before, edits: old }) => {
    const after = step(before);
    return { rows: after, edits: edits.follow(old, before, after) };
  });

  _setEdits = (step, then) => this.setState(state => ({ edits: step(state.edits, state.rows) }), then);

  // The rows

  _onStart = () => {
    this._setRows(rows.asked);
    this._setEdits(edits.cover);
    this.setState({ loading: true });
  };

  _onAnswer = answer => {
    this._setRows(state => rows.applyAnswer(state, answer));
    this._setEdits(edits.uncover);
    this.setState({ loading: false, refreshing: false, failed: false });
  };

  _onFailure = () => {
    this._setRows(rows.unanswered);
    this.setState({ loading: false, refreshing: false, failed: true });
  };

  _onRefresh = () => {
    this.setState({ refreshing: true });
    this.loader.load();
  };

  _onStale = () => this._setRows(rows.markStale);

  _recovers = () => this.recovery.ask(missing(this.state.rows.sequences));

  _onGap = () => {
    if (!this._recovers()) this._onStale();
  };

  /** Fetches what was missed while disconnected, if anything. */
  _onReady = () => {
    const { sequences } = this.state.rows;
    const isUnsure = !allKnown(sequences) || this.loader.isBusy;
    if (isUnsure || (gaps(sequences).length > 0 && !this._recovers())) this.loader.load();
  };

  // The socket

  _onOpen = (send, restart, visitor) => {
    this.requests.open(send);
    this.recovery.reset();
    this.send = send;
    this.visitor = visitor;
    this.pulse.opened(send, restart);
    this._setRows(rows.opened);
    this.watch.opened();
    this._repeat();
  };

  /** Logged in again: retries what was refused meanwhile. */
  _repeat() {
    const refused = [...this.refused];
    this.refused.clear();
    refused.filter(([key]) => this.state.edits.all.get(key)?.alert?.code === FORBIDDEN).forEach(([, repeat]) => repeat());
  }

  _onBack = ({ can }) => this.setState(state => ({ can: can ?? state.can }));

  _onUpdate = event => {
    this.pulse.heard();
    const frame = parseFrame(event);
    if (!frame || hearNotice(frame)) return;
    this.requests.heard(frame);
    this.recovery.heard(frame);
    if (isOutdated(frame.payload?.version)) this.setState({ isOld: true });
    this._setRows(state => rows.applyFrame(state, frame));
  };

  _onState = (connection, updatedAt) => {
    if (connection !== CONNECTED) {
      this.requests.close();
      this.pulse.closed();
      this.recovery.reset();
    }
    this.setState({ connection, updatedAt });
  };

  _askNumbers = () => {
    if (this.state.connection !== CONNECTED) return;
    this._setRows(rows.synced);
    rows.STREAMS.forEach(stream => this.send({ stream, payload: { action: 'sync' } }));
    this.pulse.asked();
  };

  // The visitor's changes

  _getUsers = async () => {
    const users = await this.source.getChoices();
    this._setRows(state => rows.addUsers(state, users));
  };

  _onAdd = () => {
    this._getUsers();
    this._setEdits(state => edits.openNew(state, { user: this.props.me?.id ?? null }));
  };

  _onEdit = link => {
    this._getUsers();
    this._setEdits(state => edits.openEdit(state, link));
  };

  _onType = (key, field, value) => this._setEdits(state => edits.type(state, key, field, value));

  /** Once every conflict is resolved, completes the save that they blocked. */
  _onChoose = (key, field, mine) => {
    const asked = isChanged(this.state.edits.all.get(key));
    this._setEdits(state => edits.choose(state, key, field, mine), () => {
      const edit = this.state.edits.all.get(key);
      if (asked && edit && undecided(edit).length === 0) this._onSave(key);
    });
  };

  _onCancel = key => this._setEdits(state => edits.drop(state, key));

  _onAgain = key => this._setEdits(state => edits.openAgain(state, key));

  _onSave = key => {
    if (undecided(this.state.edits.all.get(key)).length > 0) {
      this._setEdits(state => edits.stop(state, key));
      return;
    }
    const edit = edits.send(this.state.edits, key).all.get(key);
    if (edit.kind === 'update' && isDone(edit)) {
      this._onCancel(key);
      return;
    }
    const onLink = answer => {
      this._setEdits((state, now) => edits.linkSaved(state, now, key, answer));
      if (edit.kind === 'create') this.setState({ added: rows.getLink(answer.pk, answer.data ?? edit.values) });
    };
    this._send(key, state => edits.send(state, key), ask => sendEdit(edit, ask, onLink), () => this._onSave(key));
  };

  _onDelete = link => {
    const key = edits.keyOf(this.state.edits, link.id);
    this._send(key, state => edits.openDeletion(state, link), async ask => {
      await sendDeletion(link, ask);
      this.setState({ deleted: link });
    }, () => this._onDelete(link));
  };

  _ask = (stream, payload) => {
    const answer = this.requests.ask(stream, payload);
    this.pulse.asked();
    return answer;
  };

  /** Recreates a deleted link, under a new key: the old one is gone. */
  _onUndo = link => {
    const key = this.state.edits.next;
    this._setEdits(state => edits.openNew(state, pick(link)), () => this._onSave(key));
  };

  /** The session may have ended since the page was rendered: the socket checks, and reconnects if it hasn't. */
  _forbidden(key, repeat) {
    if (!this.props.me || this.repeated.has(key)) return;
    this.repeated.add(key);
    this.refused.set(key, repeat);
    this.visitor.check();
  }

  /**
   * Shows an optimistic update, sends it and shows the outcome; `repeat` would retry it. Ignored while one with
   * the same key is in flight, as after a double click.
   */
  _send = async (key, show, send, repeat) => {
    if (this.sending.has(key)) return;
    this.sending.add(key);
    this._setEdits(show);
    try {
      await send(this._ask);
      this.repeated.delete(key);
      this._setEdits((state, now) => edits.settle(state, now, key));
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      this._setEdits(state => edits.refuse(state, key, refusal));
      if ([UNKNOWN, 'gone'].includes(refusal.code)) this._onStale();
      if (refusal.code === FORBIDDEN) this._forbidden(key, repeat);
    } finally {
      this.sending.delete(key);
    }
  };

  render() {
    const { rows: { touched, actors, gone, tags, users }, connection, updatedAt, loading, refreshing, failed, isOld, can, added, deleted } = this.state;
    return (
      <>
        {isOld && <NewVersion />}
        <LinksDetailComponent
          {...edits.display(this.state.rows, this.state.edits)}
          {...{ touched, actors, gone, tags, users, connection, updatedAt, loading, refreshing, failed, added, deleted }}
          me={this.props.me?.username}
          can={can}
          form={this.form}
          onRefresh={this._onRefresh}
        />
        <Socket url={UPDATES_WS_URL} onOpen={this._onOpen} onMessage={this._onUpdate} onState={this._onState} onBack={this._onBack} />
      </>
    );
  }
}
