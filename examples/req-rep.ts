import { Context, SocketType } from 'rzmq';

const context = new Context();
const rep = context.socket(SocketType.Rep);
const endpoint = await rep.bind('tcp://127.0.0.1:0'); // port 0: any free one

const req = context.socket(SocketType.Req);
await req.connect(endpoint);

await req.send('Hello');
const request = await rep.recv();
console.log(`REP received: ${request.toString()}`);

await rep.send('World');
const reply = await req.recv();
console.log(`REQ received: ${reply.toString()}`);

await req.close();
await rep.close();
await context.term();
