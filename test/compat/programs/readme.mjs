// The programs that the README of zeromq.js shows, in other words: they end, and take their endpoint from outside.
// node readme.mjs ROLE ENDPOINT: prints what a user would see.
import { zmq } from './package.mjs';

const [role, endpoint] = process.argv.slice(2);
const ROUNDS = 4;
const say = (...words) => console.log(...words);
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

const roles = {
  // Basic usage: classes by name, and in a namespace.
  async names() {
    const { Request } = zmq;
    const request = new Request();
    const reply = new zmq.Reply();
    // Whoever imports the default of a CommonJS package gets all of it.
    const { default: whole } = await import(process.env.ZMQ_PACKAGE);
    say(whole.Request === Request, whole.context === zmq.context, typeof whole.curveKeyPair);
    say(request instanceof zmq.Socket, reply.constructor.name, request.type, reply.type);
  },

  // Push/Pull.
  async producer() {
    const push = new zmq.Push();
    await push.bind(endpoint);
    say('bound', push.lastEndpoint === endpoint);
    for (let round = 0; round < ROUNDS; round++) {
      await push.send('some work');
      await pause(5);
    }
  },
  async worker() {
    const pull = new zmq.Pull();
    pull.connect(endpoint);
    say('connected');
    let seen = 0;
    for await (const [job] of pull) {
      say('work: %s', job.toString());
      if (++seen === ROUNDS) break;
    }
  },

  // Pub/Sub. It publishes until it is told that somebody has heard enough: a subscription takes its time.
  async publisher() {
    const publisher = new zmq.Publisher();
    await publisher.bind(endpoint);
    say('bound');
    let going = true;
    process.once('disconnect', () => {
      going = false;
    });
    while (going) {
      await publisher.send(['kitty cats', 'meow!']);
      await publisher.send(['puppy dogs', 'woof!']);
      await pause(5);
    }
  },
  async subscriber() {
    const subscriber = new zmq.Subscriber();
    subscriber.connect(endpoint);
    subscriber.subscribe('kitty cats');
    say('connected');
    let seen = 0;
    for await (const [topic, message] of subscriber) {
      say('received:', topic, 'containing:', message);
      if (++seen === ROUNDS) break;
    }
  },

  // Req/Rep.
  async client() {
    const request = new zmq.Request();
    request.connect(endpoint);
    for (const number of ['4', '21']) {
      await request.send(number);
      const [result] = await request.receive();
      say(result, String(result));
    }
  },
  async server() {
    const reply = new zmq.Reply();
    await reply.bind(endpoint);
    let served = 0;
    for await (const [message] of reply) {
      await reply.send((2 * Number.parseInt(message.toString(), 10)).toString());
      if (++served === 2) break;
    }
    say('served', served);
  },

  // Options that the package has no name for.
  async options() {
    class MyDealer extends zmq.Dealer {
      get sendHighWaterMark() {
        return this.getInt32Option(23);
      }

      set sendHighWaterMark(value) {
        this.setInt32Option(23, value);
      }
    }
    const dealer = new MyDealer({ sendHighWaterMark: 456 });
    say(dealer.sendHighWaterMark, dealer instanceof zmq.Dealer);
  },
};

await roles[role]();
