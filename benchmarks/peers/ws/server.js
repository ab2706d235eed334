/*
 * The same fan-out as the floor's, by `ws`: a text published on a Redis channel goes to every
 * socket in the group of that name; a page is a constant.
 *
 *     node server.js PORT REDIS_PORT
 */
const http = require('http');
const { createClient } = require('redis');
const { WebSocketServer } = require('ws');

const [port, redisPort] = process.argv.slice(2).map(Number);
const PAGE = `<!doctype html><title>Benchmark</title>${'<li>Row</li>\n'.repeat(60)}`;
const groups = new Map();

function join(name, socket) {
  if (!groups.has(name)) groups.set(name, new Set());
  const members = groups.get(name).add(socket);
  socket.on('close', () => members.delete(socket));
}

function send(text, name) {
  (groups.get(name) || []).forEach((socket) => socket.send(text));
}

const server = http.createServer((request, response) => {
  response.setHeader('Content-Length', Buffer.byteLength(PAGE));
  response.end(PAGE);
});
const sockets = new WebSocketServer({ server, perMessageDeflate: false });
sockets.on('connection', (socket, request) => join(request.url.split('/')[2], socket));

async function main() {
  const subscriber = createClient({ socket: { port: redisPort, host: '127.0.0.1' } });
  await subscriber.connect();
  await subscriber.pSubscribe('*', send);
  server.listen({ port, host: '127.0.0.1', backlog: 4096 });
}

main();
