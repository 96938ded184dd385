// What can be seen of sockets from outside: events, statistics, the topology, and tracing channels.
import { subscribe } from 'node:diagnostics_channel';
import { Context, DiagnosticsChannel, type DiagnosticsMessage, MonitorEvent, SocketType } from 'rzmq';

// For tracing: every socket of the process, without touching the code that makes it.
subscribe(DiagnosticsChannel.HANDSHAKE, (message) => {
  const { socket, event } = message as DiagnosticsMessage;
  console.log(`trace: ${socket.type} ${event?.type ?? ''}`);
});

const context = new Context();
const router = context.socket(SocketType.Router, { receiveHighWaterMark: 100 });
const dealer = context.socket(SocketType.Dealer, { routingId: 'worker-1' });

// An observer that hears of some events only; any number of them are independent of one another.
const observing = (async () => {
  const mask =
    MonitorEvent.ACCEPTED | MonitorEvent.HANDSHAKE_SUCCEEDED | MonitorEvent.DISCONNECTED | MonitorEvent.DROPPED;
  for await (const event of router.monitor(mask)) {
    if (event.type === 'handshake') console.log(`router: met ${event.peer.socketType} ${String(event.peer.routingId)}`);
    else if (event.type === 'dropped') console.log(`router: dropped ${event.messages} (${event.reason})`);
    else console.log(`router: ${event.type}`);
  }
})();

await dealer.connect(await router.bind('tcp://127.0.0.1:0'));
await dealer.send('hello');
const [id, text] = await router.recvMultipart();
console.log(`received ${String(text)} from ${String(id)}, a ${text?.peer?.socketType ?? 'stranger'}`);

// Nobody has this name: ROUTER drops the message, and counts it.
await router.send(['worker-2', 'are you there?']);

const { messagesIn, bytesIn, dropped } = router.stats();
console.log(`statistics: ${messagesIn} message in, ${bytesIn} bytes with the handshake, dropped`, dropped);

// Everything that there is; JSON.stringify takes it too.
console.log(String(context.inspect()).replaceAll(/:\d{4,5}\b/g, ':*'));

await dealer.close();
await context.term();
await observing;
