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
 * What a room's page says to its server and when, so that nothing is lost or doubled.
 *
 * `room` is the state (room.js), `onChange(room)` is called with each new one. Messages leave one at a
 * time: several of one socket could overtake each other between the workers. `onDead()` is called when
 * a socket that looks open has not answered for long.
 */
export default class Conversation {
  constructor({ data, onChange, onDead }) {
    Object.assign(this, { onChange, onDead, socket: null, visitor: UNWATCHED, silences: 0, typedAt: -Infinity });
    this.room = firstRoom(data, data.me === null ? [] : loadOutbox(data.room, data.me));
    this._save();
    this.wantsNewer = false;
    const send = this._send;
    this.mail = new Exchange({ next: this._nextMessage, send, within: STORED_WITHIN, onSilence: this._onSilence });
    // A socket that leaves a question unanswered for so long gets no other.
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
   * `send(frame)` of the socket that is open now; nothing leaves before its hello. `visitor`: see
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

  /** The room was closed: nothing comes any more. */
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

  /** A hello to somebody else than the page is for. */
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

  /** Something whose answer nobody waits for; whether it left. */
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

  // What is asked for

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

  // What is said

  /** Whether the message was taken. `to`: whom alone it is for. */
  say(text, to = null) {
    if (!this.room.mayWrite || outboxes.isFull(this.room.outbox)) return false;
    this._set(setOutbox(this.room, outboxes.put, newId(), text, to));
    this.mail.go();
    return true;
  }

  /** { text, to } of a message that the server refused; it is in the outbox no longer. */
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

  /** Each one's time is over by itself. */
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

  /** The log shows its end: what is far above may go. */
  trim() {
    const log = logs.trimmed(this.room.log);
    if (log !== this.room.log) this._set(setLog(this.room, () => log));
  }
}
