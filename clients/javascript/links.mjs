/**
 * A client of Workshop's links: the table by REST, its changes and one's own by the socket.
 *
 *     node links.mjs http://127.0.0.1:8000 NAME PASSWORD follow
 *     node links.mjs http://127.0.0.1:8000 NAME PASSWORD add TITLE URL
 *
 * Node 20 needs --experimental-websocket. In a page of the site leave log-in and headers to the browser.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

const ENDED = 4401; // Close code: the session is over.
const STRAGGLERS = 1000; // Milliseconds that a missing frame may take.
const SYNC = 30000; // Of silence, after which to ask whether the last frame was lost.

/** Trying again doesn't help. */
class Refused extends Error {}

/** One person's session at a site. `url` without a path: it is the origin of the sockets too. */
class Site {
  constructor(url) {
    this.url = url;
    this.cookies = new Map();
  }

  get headers() {
    const cookie = [...this.cookies].map(pair => pair.join('=')).join('; ');
    return { Cookie: cookie, Origin: this.url, Referer: `${this.url}/` };
  }

  async fetch(path, options = {}) {
    const answer = await fetch(this.url + path, { redirect: 'manual', headers: this.headers, ...options });
    for (const cookie of answer.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie);
      this.cookies.set(name, value);
    }
    return answer;
  }

  async logIn(username, password) {
    await this.fetch('/accounts/login/');
    const csrfmiddlewaretoken = this.cookies.get('csrftoken');
    const body = new URLSearchParams({ username, password, csrfmiddlewaretoken });
    const { status } = await this.fetch('/accounts/login/', { method: 'POST', body });
    if (status !== 302) throw new Refused(`the site doesn't log ${username} in: ${status}`);
  }

  /** All rows, page after page. */
  async links() {
    const rows = [];
    let path = '/links/api/links/?page_size=500';
    while (path) {
      const answer = await this.fetch(path);
      if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
      const page = await answer.json();
      rows.push(...page.results);
      path = page.next && page.next.slice(this.url.length);
    }
    return rows;
  }

  socket() {
    return new WebSocket(`${this.url.replace(/^http/, 'ws')}/updates/links/`, { headers: this.headers });
  }
}

/** The rows by key, as frames change them; which may come twice, late, or not at all. */
class Table {
  rows = new Map();
  applied = new Map(); // The number of the last frame, by key.
  completeTo = null;
  beyond = new Set();

  load(rows) {
    this.rows = new Map(rows.map(row => [row.id, row]));
    this.completeTo = this.beyond.size ? Math.max(...this.beyond) : this.completeTo;
    this.beyond.clear();
  }

  /** Whether the row of a frame is another one now. Frames that concern no row are noted. */
  take({ action, pk, seq, data }) {
    this.note(seq);
    if (pk === undefined || seq <= (this.applied.get(pk) ?? 0)) return false;
    this.applied.set(pk, seq);
    if (action === 'delete') return this.rows.delete(pk);
    this.rows.set(pk, data);
    return true;
  }

  note(number) {
    this.completeTo ??= number;
    if (number > this.completeTo) this.beyond.add(number);
    while (this.beyond.delete(this.completeTo + 1)) this.completeTo += 1;
  }

  get lacksFrames() {
    return this.beyond.size > 0;
  }
}

const ask = (socket, payload) => socket.send(JSON.stringify({ stream: 'links', payload }));

/** Keeps a Table as the site has it, and calls `tell` with a word and a row or a number. */
class Follower {
  table = new Table();
  loading = null;

  constructor(site, tell) {
    Object.assign(this, { site, tell });
  }

  /** Until the session ends, or the site refuses the first socket. */
  async run() {
    for (let failures = 0; ; failures += 1) {
      const { code, wasOpen } = await this.follow(this.site.socket());
      if (code === ENDED) throw new Refused('the session has ended: log in again');
      if (wasOpen) failures = 0;
      await sleep(Math.random() * 1000 * Math.min(60, 2 ** failures));
    }
  }

  follow(socket) {
    let wasOpen = false;
    let straggling = null;
    const asking = setInterval(() => wasOpen && ask(socket, { action: 'sync' }), SYNC);
    const load = () => this.load().catch(() => socket.close());
    socket.onopen = () => {
      wasOpen = true;
      load(); // Now: from here on the socket tells of every change.
    };
    socket.onmessage = ({ data }) => {
      const { payload = {} } = JSON.parse(data);
      if (payload.action === 'reload') load();
      else if ('seq' in payload) this.hear(payload);
      clearTimeout(straggling);
      if (this.table.lacksFrames) straggling = setTimeout(load, STRAGGLERS);
    };
    return new Promise(resolve => {
      socket.onclose = ({ code }) => {
        clearInterval(asking);
        clearTimeout(straggling);
        resolve({ code, wasOpen });
      };
      socket.onerror = () => socket.onclose({ code: 1006 }); // Node 20 has no close after some errors.
    });
  }

  hear(payload) {
    if (this.loading) this.loading.push(payload); // Applied when the rows are there.
    else if (this.table.take(payload)) this.tell(payload.action, payload.data ?? { id: payload.pk });
  }

  async load() {
    this.loading ??= [];
    const rows = await this.site.links();
    const heard = this.loading ?? [];
    this.loading = null;
    this.table.load(rows);
    this.tell('loaded', this.table.rows.size);
    heard.forEach(payload => this.hear(payload));
  }
}

/** The answer to a write, told apart from all other frames by its request_id. */
function add(site, name, url) {
  const socket = site.socket();
  const requestId = randomUUID();
  socket.onopen = () => ask(socket, { action: 'create', request_id: requestId, data: { name, url } });
  return new Promise((resolve, reject) => {
    socket.onerror = () => reject(new Refused('the site lets this socket in nowhere'));
    socket.onmessage = ({ data }) => {
      const { payload = {} } = JSON.parse(data);
      if (payload.request_id !== requestId) return;
      resolve(payload);
      socket.close();
    };
  });
}

async function main(url, name, password, command, ...rest) {
  const site = new Site(url);
  await site.logIn(name, password);
  if (command === 'add') {
    console.log(JSON.stringify(await add(site, ...rest)));
  } else {
    await new Follower(site, (...line) => console.log(JSON.stringify(line))).run();
  }
}

main(...process.argv.slice(2)).catch(error => {
  console.error(error.message);
  process.exitCode = 1;
});
