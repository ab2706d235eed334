import { act } from '@testing-library/react';
import { Server, WebSocket } from 'mock-socket';
import { onTestFinished, vi } from 'vitest';

const STEP = 10;

/** Advances the page's time, in steps, because React holds back updates within a single act(). */
export async function pass(milliseconds) {
  for (let left = milliseconds; left > 0; left -= STEP) {
    await act(() => vi.advanceTimersByTimeAsync(Math.min(STEP, left)));
  }
}

/** Longer than a handshake and the answers to it take, in milliseconds. */
export const SOON = 50;

/** The server end of one path: `frames` are those the page sent, parsed by `read`; `made` are all its WebSockets. */
export function serve(url, read = JSON.parse) {
  const made = [];
  vi.stubGlobal('WebSocket', class extends WebSocket {
    constructor(...args) {
      super(...args);
      made.push(this);
    }
  });
  const end = { made, frames: [], onConnection: () => {}, onMessage: () => {} };
  end.start = () => {
    end.server = new Server(url, { mock: false });
    end.server.on('connection', socket => {
      socket.on('message', text => {
        end.frames.push(read(text));
        end.onMessage(read(text), socket);
      });
      end.onConnection(socket);
    });
  };
  end.stop = () => {
    end.server.close({ code: 1006, reason: '', wasClean: false });
    end.server.stop();
  };
  end.say = async frame => {
    await act(async () => end.server.emit('message', typeof frame === 'string' ? frame : JSON.stringify(frame)));
    await pass(SOON);
  };
  end.open = () => made.filter(socket => socket.readyState === WebSocket.OPEN);
  end.alive = () => made.filter(socket => socket.readyState <= WebSocket.OPEN);
  onTestFinished(() => end.server.stop());
  end.start();
  return end;
}

/**
 * The server end of /updates/, which sends the numbers to each socket. `asked` holds the page's requests for changes.
 * Requests for missed frames are answered with the payload `recover(stream, after)`; by default, none are kept.
 */
export function serveUpdates() {
  const end = serve('ws://localhost/updates/');
  end.seq = { links: 100, tags: 200, linktags: 300 };
  end.recover = stream => ({ action: 'sync', seq: end.seq[stream] });
  end.onMessage = ({ stream, payload: { after } }, socket) => {
    if (after !== undefined) socket.send(JSON.stringify({ stream, payload: end.recover(stream, after) }));
  };
  end.onConnection = socket => {
    for (const [stream, seq] of Object.entries(end.seq)) {
      setTimeout(() => socket.send(JSON.stringify({ stream, payload: { action: 'sync', seq } })), 1);
    }
  };
  /** Sends a numbered frame: the stream's next one, or number `seq`. */
  end.tell = (stream, action, pk, data, seq = end.next(stream)) => end.say({ stream, payload: { action, pk, data, seq } });
  end.next = stream => {
    end.seq[stream] += 1;
    return end.seq[stream];
  };
  end.sync = stream => end.say({ stream, payload: { action: 'sync', seq: end.seq[stream] } });
  end.asked = () => end.frames.filter(({ payload }) => payload.action !== 'sync');
  const syncs = hasAfter => end.frames.filter(({ payload: { action, after } }) =>
    action === 'sync' && (after !== undefined) === hasAfter);
  end.syncs = () => syncs(false).map(({ stream }) => stream);
  end.recoveries = () => syncs(true).map(({ stream, payload: { after } }) => [stream, after]);
  /** Answers the last request, or the one at index `at`. */
  end.reply = (payload, at = -1) => {
    const { stream, payload: { request_id } } = end.asked().at(at);
    return end.say({ stream, payload: { ...payload, request_id } });
  };
  return end;
}

export const answer = (body, status = 200) => ({ ok: status === 200, status, json: async () => body });

export const rowsOf = results => answer({ count: results.length, next: null, previous: null, results });

/** An API with these lists: { path: rows, or a function that returns them }. */
export function serveApi(lists) {
  const fetch = vi.fn(async url => {
    const [path] = url.split('?');
    const list = lists[path] ?? [];
    return typeof list === 'function' ? list(url) : rowsOf(list);
  });
  vi.stubGlobal('fetch', fetch);
  return fetch;
}

export function later() {
  const promise = {};
  promise.answer = new Promise((resolve, reject) => Object.assign(promise, { resolve, reject }));
  return promise;
}

export function goOnline() {
  return act(async () => { window.dispatchEvent(new Event('online')); });
}

export function show() {
  return act(async () => { document.dispatchEvent(new Event('visibilitychange')); });
}
