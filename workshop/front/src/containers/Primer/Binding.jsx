import React from 'react';
import PropTypes from 'prop-types';

import NewVersion from '../../components/NewVersion';
import SocketPanel from '../../components/Primer/SocketPanel';
import { shapeOfExample, shapeOfRights } from '../../components/Primer/shapes';
import Values from '../../components/Primer/Values';
import { parseFrame } from '../../utils/frames';
import Loader from '../../utils/loader';
import { connected, homeless, NEW, refuse, sending } from '../../utils/primer/refused';
import { t } from '../../utils/primer/texts';
import * as rows from '../../utils/primer/values';
import Requests, { Refusal, UNKNOWN } from '../../utils/requests';
import { allKnown, gaps } from '../../utils/sequences';
import { isOutdated } from '../../utils/version';
import Watch from '../../utils/watch';

/** The binding's table: what the frames say, and nothing before they say it. */
export default class Binding extends React.Component {
  static propTypes = {
    example: shapeOfExample,
    values: PropTypes.array.isRequired,
    rights: shapeOfRights,
  };

  constructor(props) {
    super(props);
    this.state = { rows: rows.firstRows(props.values), refused: [], failed: false, isOld: false };
    this.requests = new Requests();
    this.send = null;
    this.loader = new Loader({
      get: signal => rows.getValues(props.example.path, signal),
      onStart: () => this._setRows(rows.asked), onAnswer: this._onAnswer, onFailure: this._onFailure,
    });
    this.watch = new Watch({ onReady: this.loader.load, onGap: this._onGap, onAsk: this._askNumber });
    this.write = {
      onAdd: (name, value) => this._ask({ pk: NEW, name }, { action: 'create', data: { name, value } }),
      onSet: (row, value) => this._ask(row, { action: 'update', pk: row.pk, data: { value } }),
      onDelete: row => this._ask(row, { action: 'delete', pk: row.pk }),
    };
  }

  componentDidMount() {
    this.watch.start();
  }

  componentDidUpdate() {
    const { sequences, stale } = this.state.rows;
    this.watch.follow(gaps(sequences), allKnown(sequences));
    if (stale) this.loader.soon();
  }

  componentWillUnmount() {
    this.loader.stop();
    this.watch.stop();
    this.requests.stop();
  }

  _setRows = step => this.setState(state => ({ rows: step(state.rows) }));

  _setRefused = step => this.setState(state => ({ refused: step(state.refused, state.rows.values) }));

  _onAnswer = values => {
    this._setRows(state => rows.applyAnswer(state, values));
    this.setState({ failed: false });
  };

  _onFailure = () => {
    this._setRows(rows.unanswered);
    this.setState({ failed: true });
  };

  _onGap = () => this._setRows(rows.markStale);

  _onSend = send => {
    this.send = send && (frame => send(JSON.stringify(frame)));
    if (!send) {
      this.requests.close();
      return;
    }
    this.requests.open(this.send);
    this._setRefused(connected);
    this._setRows(rows.opened);
    this.watch.opened();
  };

  _onFrame = data => {
    const frame = parseFrame(data);
    if (!frame) return;
    this.requests.heard(frame);
    if (isOutdated(frame.payload?.version)) this.setState({ isOld: true });
    this._setRows(state => rows.applyFrame(state, frame));
  };

  _askNumber = () => {
    if (!this.send) return;
    this._setRows(rows.synced);
    this.send({ stream: rows.STREAM, payload: { action: 'sync' } });
  };

  /** Whether it was done. */
  _ask = async (row, payload) => {
    this._setRefused((refused, values) => sending(refused, row.pk, values));
    try {
      await this.requests.ask(rows.STREAM, payload);
      return true;
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      this._setRefused(refused => refuse(refused, row, refusal));
      if ([UNKNOWN, 'gone'].includes(refusal.code)) this._onGap();
      return false;
    }
  };

  _parts = ({ isDisabled }) => (
    <Values
      values={this.state.rows.values} refused={this.state.refused} rights={this.props.rights} isDisabled={isDisabled}
      {...this.write}
    />
  );

  render() {
    const { rows: { values }, refused, failed, isOld } = this.state;
    return (
      <>
        {isOld && <NewVersion />}
        <SocketPanel
          example={this.props.example} parts={this._parts}
          hint={homeless(refused, values) || (failed ? t('valuesUnread') : '')}
          onSend={this._onSend} onFrame={this._onFrame}
        />
      </>
    );
  }
}
