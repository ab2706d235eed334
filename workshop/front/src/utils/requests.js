import { isObject } from './frames';

const LIMIT = 10000;

const texts = errors => Object.fromEntries(Object.entries(errors).map(([field, said]) => [field, [said].flat().map(String)]));

/**
 * Why a request failed: `code` is the server's or one of those below; `retry_after` is the number of
 * seconds before a retry, if the server gives it; `row` is the current row, if somebody else has changed it.
 */
export class Refusal extends Error {
  constructor(code, { errors, message = '', retry_after, data } = {}) {
    super(message);
    Object.assign(this, { code, errors: isObject(errors) ? texts(errors) : {}, retry_after });
    this.row = isObject(data) ? data : undefined;
  }
}

/** Nothing was sent. */
export const OFFLINE = 'offline';
/** The row is no longer the one the visitor started from. */
export const CHANGED = 'changed';
/** It was sent, but its outcome is unknown. */
export const UNKNOWN = 'unknown';

/** Requests over the socket and their answers. A request is never sent twice. */
export default class Requests {
  constructor() {
    Object.assign(this, { send: null, last: 0, waiting: new Map() });
  }

  /** `send(frame)` of the socket that has just opened. */
  open(send) {
    this.send = send;
  }

  /** The socket has closed; the requests in flight will get no answer. */
  close() {
    this.send = null;
    for (const id of [...this.waiting.keys()]) this._end(id, ({ reject }) => reject(new Refusal(UNKNOWN)));
  }

  /** Forgets all requests: the component has unmounted. */
  stop() {
    for (const { timer } of this.waiting.values()) clearTimeout(timer);
    this.waiting.clear();
  }

  /** Resolves to the answer's payload, or rejects with a Refusal. */
  ask(stream, payload) {
    this.last += 1;
    const id = String(this.last);
    if (!this.send?.({ stream, payload: { ...payload, request_id: id } })) return Promise.reject(new Refusal(OFFLINE));
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this._end(id, () => reject(new Refusal(UNKNOWN))), LIMIT);
      this.waiting.set(id, { stream, resolve, reject, timer });
    });
  }

  heard({ stream, payload, error }) {
    if (error) this._unnamed(error);
    else if (payload && this.waiting.get(payload.request_id)?.stream === stream) this._answered(payload);
  }

  _answered({ request_id, ...payload }) {
    this._end(request_id, ({ resolve, reject }) => {
      if (payload.action === 'error') reject(new Refusal(payload.code, payload));
      else resolve(payload);
    });
  }

  /** An error without a stream can be attributed only if a single request is in flight. */
  _unnamed({ code, message }) {
    const [id, ...others] = this.waiting.keys();
    if (id && others.length === 0) this._end(id, ({ reject }) => reject(new Refusal(code, { message })));
  }

  _end(id, settle) {
    const request = this.waiting.get(id);
    clearTimeout(request.timer);
    this.waiting.delete(id);
    settle(request);
  }
}
