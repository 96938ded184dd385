// ZeroMQ over WebSockets, on the http server of an application: a PUB at /feed and a REP at /ask, beside the pages that the
// server has anyway. Needs the package ws.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Context, SocketType } from 'rzmq';
import { websocket } from 'rzmq/ws';

const server = createServer((_request, response) => response.end('A page of the application.\n'));
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const { port } = server.address() as AddressInfo;

// A bind to the port of such a server shares it. Pages of other sites stay out.
const context = new Context({
  modules: [websocket({ servers: [server], admits: ({ headers }) => headers.origin !== 'https://elsewhere.example' })],
});
const pub = context.socket(SocketType.Pub);
const rep = context.socket(SocketType.Rep);
console.log(`bound to ${await pub.bind(`ws://*:${port}/feed`)} and ${await rep.bind(`ws://*:${port}/ask`)}`);

// The other side is usually another process, or libzmq. It has a Context of its own.
const other = new Context({ modules: [websocket()] });
const sub = other.socket(SocketType.Sub);
sub.subscribe('weather');
await sub.connect(`ws://127.0.0.1:${port}/feed`);
await pub.waitForSubscriber('weather');
await pub.send(['weather', 'sunny']);
console.log(`SUB received: ${(await sub.recvMultipart()).join(', ')}`);

const req = other.socket(SocketType.Req);
await req.connect(`ws://127.0.0.1:${port}/ask`);
await req.send('What time is it?');
console.log(`REP received: ${String(await rep.recv())}`);
await rep.send('Half past nine.');
console.log(`REQ received: ${String(await req.recv())}`);

const page = await fetch(`http://127.0.0.1:${port}/`);
console.log(`the server still answers: ${(await page.text()).trim()}`);

await other.term();
await context.term();
server.close();
