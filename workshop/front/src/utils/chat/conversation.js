import Watch from '../watch';
import Exchange from './exchange';
import { newId } from './ids';
import * as logs from './log';
import * as outboxes from './outbox';
import { applyFrame, end, firstRoom, isForbidden, isPassing, left, setLog, setOutbox, withoutTyping } from './room';
import { loadOutbox, saveOutbox } from './storage';

const TYPING_EVERY = 3000;
const STORED_WITHIN = 10000;
const ANSWERED_WITHIN = 20000;
const SILENCES = 2;

const UNWATCHED = { logOut: () => {}, check: () => {} };

/**
 * The exchange between a room's page and the server: no message is lost or duplicated.
 *
 * `room` is the state (see room.js); `onChange(room)` is called with each new one. Messages are sent one at
 * a time, because workers may reorder messages from the same socket. `onDead()` is called when an open
 * socket has stopped answering.
 */
export default class Conversation {
  constructor({ data, onChange, onDead }) {
    Object.assign(this, { onChange, onDead, socket: null, visitor: UNWATCHED, silences: 0, typedAt: -Infinity });
    this.room = firstRoom(data, data.me === null ? [] : loadOutbox(data.room, data.me));
    this._save();
    this.wantsNewer = false;
    const send = this._send;
    this.mail = new Exchange({ next: this._nextMessage, send, within: STORED_WITHIN, onSilence: this._onSilence });
    // A socket that leaves a question unanswered isn't asked again.
    const question = { send, within: ANSWERED_WITHIN, onSilence: onDead };
    this.newer = new Exchange({ ...question, next: this._nextAfter });
    this.older = new Exchange({ ...question, next: this._nextBefore });
    this.review = new Exchange({ ...question, next: this._nextReview });
    this.questions = [this.newer, this.older, this.review];
    this.watch = new Watch({ onGap: this._fill, onAsk: this.askNewer });
    this.typing = null;
  }

  start() {
    this.watch.start();
  }

  stop() {
    this.watch.stop();
    clearTimeout(this.typing);
    this.closed();
  }

  // The socket

  /**
   * A socket has opened: `send(frame)` is its own. Nothing is sent before its hello. `visitor`: see
   * components/Socket.
   */
  opened(send, visitor = UNWATCHED) {
    this.closed();
    this.socket = send;
    this.visitor = visitor;
  }

  closed() {
    this.socket = null;
    this.silences = 0;
    [this.mail, ...this.questions].forEach(exchange => exchange.stop());
    if (this.room.joined) this._set(left(this.room));
  }

  /** The room was closed: nothing more will arrive. */
  end() {
    if (this.room.ended) return;
    this.stop();
    this._set(end(this.room));
  }

  heard(frame) {
    if (this.room.ended) return;
    if (this._isForeign(frame)) {
      this.visitor.logOut();
      return;
    }
    this.silences = 0;
    this._set(applyFrame(this.room, frame, { at: Date.now() }));
    if (this.room.ended) {
      this.stop();
      return;
    }
    if (frame.type === 'tester_message') this.wantsNewer = true;
    if (isForbidden(frame) && this.room.me !== null) this.visitor.check();
    if (frame.type === 'messages') this._answered(frame);
    if (isPassing(frame)) this._limited(frame);
    this._forgetTyping();
    this._go();
  }

  /** Whether it is a hello to someone other than this page's visitor. */
  _isForeign({ type, me }) {
    return type === 'tester_message' && this.room.me !== null && me !== this.room.me;
  }

  _answered({ after, before, more, messages }) {
    const answers = ({ current }, number) => current?.number === number;
    if (answers(this.newer, after)) {
      this.wantsNewer = more === true && messages?.length > 0;
      this.newer.answered();
    }
    if (answers(this.older, before)) {
      this._set({ ...this.room, older: false });
      this.older.answered();
    }
    if (this.review.current && !answers(this.review, this.room.log.review?.before)) this.review.answered();
  }

  _limited({ id, retry_after }) {
    const limited = id ? [this.mail].filter(({ current }) => current?.id === id) : this.questions;
    limited.forEach(exchange => exchange.pause(retry_after));
  }

  /** Sends a frame that gets no reply; returns whether it was sent. */
  tell = frame => this._send(frame) === true;

  _send = frame => this.room.joined && this.socket !== null && this.socket(frame);

  _onSilence = () => {
    this.silences += 1;
    if (this.silences >= SILENCES) this.onDead();
  };

  /** Sends what is due. */
  _go() {
    const { current } = this.mail;
    if (current && !outboxes.isAwaited(this.room.outbox, current.id)) this.mail.answered();
    [this.newer, this.mail, this.older, this.review].forEach(exchange => exchange.go());
    this.watch.follow(logs.gaps(this.room.log), true);
  }

  _set(room) {
    const { outbox } = this.room;
    this.room = room;
    if (outbox !== room.outbox) this._save();
    this.onChange(room);
  }

  _save() {
    const { room, me, outbox } = this.room;
    if (me !== null) saveOutbox(room, me, outbox);
  }

  // Requests

  askNewer = () => {
    this.wantsNewer = true;
    this.newer.go();
  };

  _fill = () => {
    const { log } = this.room;
    if (log.known > log.seen) this.askNewer();
    const reviewing = logs.review(log);
    if (reviewing !== log) this._set(setLog(this.room, () => reviewing));
    this.review.go();
  };

  askOlder = () => {
    if (this.room.older || !this.room.log.more) return;
    this._set({ ...this.room, older: true });
    this.older.go();
  };

  _nextAfter = () => {
    if (!this.wantsNewer) return null;
    return { action: 'after', number: this.room.log.seen };
  };

  _nextBefore = () => (this.room.older ? { action: 'before', number: logs.firstNumber(this.room.log) } : null);

  _nextReview = () => {
    const { review } = this.room.log;
    return review && { action: 'before', number: review.before };
  };

  // Messages

  /** Whether the message was accepted. `to`: the addressee of a private message. */
  say(text, to = null) {
    if (!this.room.mayWrite || outboxes.isFull(this.room.outbox)) return false;
    this._set(setOutbox(this.room, outboxes.put, newId(), text, to));
    this.mail.go();
    return true;
  }

  /** Removes a refused message from the outbox and returns its { text, to }. */
  takeBack(id) {
    const { text, to } = this.room.outbox.find(entry => entry.id === id);
    this._set(setOutbox(this.room, outboxes.drop, id));
    return { text, to };
  }

  _nextMessage = () => {
    const [entry] = this.room.mayWrite ? outboxes.pending(this.room.outbox) : [];
    if (!entry) return null;
    const { text, to, id } = entry;
    return to === null ? { message: text, id } : { action: 'private', to, text, id };
  };

  tellTyping() {
    if (Date.now() - this.typedAt < TYPING_EVERY || !this._send({ action: 'typing' })) return;
    this.typedAt = Date.now();
  }

  /** Each typing indicator expires on its own. */
  _forgetTyping() {
    const { typing } = this.room;
    if (this.typing || typing.size === 0) return;
    this.typing = setTimeout(this._stopTyping, Math.min(...typing.values()) - Date.now());
  }

  _stopTyping = () => {
    this.typing = null;
    this._set(withoutTyping(this.room, (_, until) => until <= Date.now()));
    this._forgetTyping();
  };

  /** Drops messages far above; called while the end of the log is in view. */
  trim() {
    const log = logs.trimmed(this.room.log);
    if (log !== this.room.log) this._set(setLog(this.room, () => log));
  }
}
