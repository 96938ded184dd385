// The slow joiner: a PUB drops what nobody has subscribed to, and a subscription needs its time to arrive. Instead of sleeping
// and hoping, wait until it is there.
import { Context, SocketType } from 'rzmq';

const context = new Context();
const publisher = context.socket(SocketType.Pub);
const endpoint = await publisher.bind('tcp://127.0.0.1:0');
await publisher.ready(); // bound; that nobody is there yet is no matter

const impatient = publisher.waitForSubscriber('weather.oslo', { timeout: 20 });
await impatient.catch((error: unknown) => console.log(String(error)));

const subscriber = context.socket(SocketType.Sub);
subscriber.subscribe('weather.');
await subscriber.connect(endpoint);
await subscriber.ready(); // connected; its subscription is on the way

await publisher.waitForSubscriber('weather.oslo'); // and now it has arrived
await publisher.send(['weather.oslo', '-3 °C']);
const [topic, text] = await subscriber.recvMultipart();
console.log(`the first message: ${String(topic)} = ${String(text)}`);

const second = context.socket(SocketType.Sub);
await second.connect(endpoint);
await publisher.waitForPeers(2, { signal: AbortSignal.timeout(60_000) });
console.log(`${publisher.stats().peers} subscribers are connected`);

await context.term();
