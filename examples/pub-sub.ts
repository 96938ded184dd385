// Topics, and a subscriber that comes late. No sleeping: an XPUB receives the subscriptions of its subscribers as
// messages, 01 and the topic, so the publisher knows when somebody listens and what a newcomer has missed.
import { Context, SocketType, type SubSocket } from 'rzmq';

const context = new Context();
// Verbose: every subscription is told, also to a topic that somebody else has already.
const publisher = context.socket(SocketType.XPub, { xpubVerbose: true });
const endpoint = await publisher.bind('tcp://127.0.0.1:0');

/** The last value of each topic, for those who come late. */
const last = new Map<string, string>();

const oslo = await subscriber('weather.oslo');
const everything = await subscriber('');
await subscriptions(2);

await publish('weather.oslo', '-3 °C');
await publish('weather.rome', '14 °C');
await publish('sports', 'Oslo wins');
await show('Oslo only', oslo, 1);
await show('everything', everything, 3);

const late = await subscriber('weather.');
await subscriptions(1); // sends what the newcomer has missed
await show('latecomer', late, 2);

await context.term();

async function subscriber(topic: string): Promise<SubSocket> {
  const socket = context.socket(SocketType.Sub);
  socket.subscribe(topic); // a prefix; '' is everything
  await socket.connect(endpoint);
  return socket;
}

async function publish(topic: string, text: string): Promise<void> {
  last.set(topic, text);
  await publisher.send([topic, text]); // matched against the first frame
}

/** Receives `count` subscriptions, and sends the last values of their topics again, to all who have such a topic. */
async function subscriptions(count: number): Promise<void> {
  for (let left = count; left > 0; left--) {
    const { data } = await publisher.recv();
    const prefix = data.toString('utf8', 1);
    console.log(`publisher: somebody ${data[0] === 1 ? 'subscribed to' : 'left'} ${JSON.stringify(prefix)}`);
    for (const [topic, text] of last) if (topic.startsWith(prefix)) await publisher.send([topic, text]);
  }
}

async function show(name: string, socket: SubSocket, count: number): Promise<void> {
  for (let left = count; left > 0; left--) {
    const [topic, text] = await socket.recvMultipart();
    console.log(`${name}: ${String(topic)} = ${String(text)}`);
  }
}
