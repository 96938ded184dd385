import { SocketOption } from 'rzmq';
import { outcome, type PeerSocket } from '../peer.js';
import { type Behaviour, heard, heardAll, pause, say, text } from './behaviour.js';

const LARGE = { seed: 1, size: 200_000 };

/** Asks until the ROUTER can be reached by that name. */
async function reached(router: PeerSocket, frames: readonly string[]): Promise<void> {
  // Until the handshake is complete, which needs the event loop.
  while ((await outcome(router.send(frames))) === 'EHOSTUNREACH') await pause(2);
}

/** Who asks, who answers, and by which name. */
export const ROUTING: readonly Behaviour[] = [
  ...['REQ', 'DEALER'].map(
    (type): Behaviour => ({
      name: `ROUTING_ID: a ROUTER sees that of a ${type}`,
      seen: type === 'REQ' ? 'named||hello' : 'named|hello',
      async play({ a, b, endpoint }) {
        const router = await a.socket('ROUTER');
        const client = await b.socket(type, { routingId: 'named' });
        await client.connect(await router.bind(endpoint()));
        await say(client, 'hello');
        return await heard(router);
      },
    }),
  ),
  {
    name: 'ROUTING_ID: a peer without one gets 00 and four more bytes, and the next another one',
    seen: ['made up|hello', 'made up|hello', 2],
    async play({ a, b, endpoint }) {
      const router = await a.socket('ROUTER');
      const address = await router.bind(endpoint());
      const messages: string[][] = [];
      for (let index = 0; index < 2; index++) {
        const dealer = await b.socket('DEALER');
        await dealer.connect(address);
        await say(dealer, 'hello');
        messages.push(await router.recv());
      }
      return [...messages.map(text), new Set(messages.map(([id]) => id)).size];
    },
  },
  ...[false, true].map(
    (handover): Behaviour => ({
      name: `ROUTER_HANDOVER ${Number(handover)}: of two peers with one name ${handover ? 'the newcomer' : 'the first'} has it`,
      seen: ['same|from 0', ...(handover ? ['same|from 1'] : []), 'answer'],
      async play({ a, b, endpoint }) {
        const router = await a.socket('ROUTER', { handover });
        const address = await router.bind(endpoint());
        const dealers: PeerSocket[] = [];
        const came: string[] = [];
        for (let index = 0; index < 2; index++) {
          // The one that lost its name would come back for it.
          const dealer = await b.watched('DEALER', { routingId: 'same', reconnectInterval: -1 });
          await dealer.connect(address);
          await dealer.events.happened('handshake');
          dealers.push(dealer);
          if (index === 1 && !handover) continue;
          await say(dealer, `from ${index}`);
          came.push(await heard(router));
        }
        await router.send(['same', 'answer']);
        return [...came, await heard(dealers[handover ? 1 : 0]!)];
      },
    }),
  ),
  ...[false, true].map(
    (mandatory): Behaviour => ({
      name: `ROUTER_MANDATORY ${Number(mandatory)}: a message to nobody ${mandatory ? 'fails' : 'is dropped'}`,
      seen: [mandatory ? 'EHOSTUNREACH' : 'done', 'dealer|hello', 'known'],
      async play({ a, b, endpoint }) {
        const router = await a.socket('ROUTER', { mandatory });
        const address = await router.bind(endpoint());
        // The binding of libzmq sends only when there is somebody.
        const other = await b.socket('DEALER');
        await other.connect(address);
        await say(other, 'first');
        await heard(router);
        const sent = await outcome(router.send(['dealer', 'nobody']));
        const dealer = await b.socket('DEALER', { routingId: 'dealer' });
        await dealer.connect(address);
        await say(dealer, 'hello');
        const hello = await heard(router);
        await router.send(['dealer', 'known']);
        return [sent, hello, await heard(dealer)];
      },
    }),
  ),
  ...[false, true].map(
    (mandatory): Behaviour => ({
      name: `ROUTER_MANDATORY ${Number(mandatory)}: a message to a full peer ${mandatory ? 'waits' : 'is dropped'}`,
      seen: mandatory ? 'refused' : 'all taken',
      async play({ a, b, endpoint }) {
        const router = await a.socket('ROUTER', { mandatory, sendHighWaterMark: 2, sendTimeout: 0 });
        const dealer = await b.socket('DEALER', { routingId: 'dealer', receiveHighWaterMark: 2 });
        await dealer.connect(await router.bind(endpoint()));
        await say(dealer, 'hello');
        await heard(router);
        return (await router.flood(['dealer', LARGE], 200)) === 200 ? 'all taken' : 'refused';
      },
    }),
  ),
  ...['DEALER', 'ROUTER'].map(
    (type): Behaviour => ({
      name: `PROBE_ROUTER: an empty message tells a ROUTER who has connected (${type})`,
      seen: 'prober|',
      async play({ a, b, endpoint }) {
        const router = await b.socket('ROUTER');
        const prober = await a.socket(type, { probeRouter: true, routingId: 'prober' });
        await prober.connect(await router.bind(endpoint()));
        return await heard(router);
      },
    }),
  ),
  {
    name: 'CONNECT_ROUTING_ID: the peer of the next connect has that name at once, before there is one',
    seen: ['hello', 'peer|back', 'EHOSTUNREACH'],
    async play({ a, b, vacant }) {
      const address = await vacant();
      const router = await a.socket('ROUTER', { mandatory: true });
      await router.set(SocketOption.CONNECT_ROUTING_ID, 'peer');
      await router.connect(address);
      await router.send(['peer', 'hello']);
      const dealer = await b.socket('DEALER', { routingId: 'its own' });
      await dealer.bind(address);
      const came = await heard(dealer);
      await say(dealer, 'back');
      return [came, await heard(router), await outcome(router.send(['its own', 'x']))];
    },
  },
  {
    name: 'ROUTER to ROUTER: by the names that both have',
    seen: ['router-a|there', 'router-b|back'],
    async play({ a, b, endpoint }) {
      const first = await a.socket('ROUTER', { routingId: 'router-a', mandatory: true });
      const second = await b.socket('ROUTER', { routingId: 'router-b' });
      await second.connect(await first.bind(endpoint()));
      const received = heard(second);
      await reached(first, ['router-b', 'there']);
      const there = await received;
      await second.send(['router-a', 'back']);
      return [there, await heard(first)];
    },
  },
  {
    name: 'ROUTER_RAW: bytes of any TCP peer, and an empty message when it comes',
    roles: 1,
    seen: ['made up|', 'made up|bytes', 'answer'],
    async play({ a, endpoint, raw }) {
      const router = await a.socket('ROUTER', { numbered: { [SocketOption.ROUTER_RAW]: 1 } });
      const peer = await raw.connect(await router.bind(endpoint()));
      const came = await heard(router);
      peer.send(Buffer.from('bytes'));
      const message = await router.recv();
      await router.send([{ hex: message[0]! }, 'answer']);
      return [came, text(message), (await peer.read(6)).toString()];
    },
  },
  {
    name: 'REQ and REP take turns: EFSM',
    seen: ['EFSM', 'EFSM', 'done', 'EFSM', 'question', 'EFSM', 'done', 'answer'],
    async play({ a, b, endpoint }) {
      // The binding of libzmq waits for the turn, unless it may not wait at all.
      const atOnce = { sendTimeout: 0, receiveTimeout: 0 };
      const [rep, req] = [await a.socket('REP', atOnce), await b.socket('REQ', { ...atOnce, immediate: false })];
      await req.connect(await rep.bind(endpoint()));
      const soon = async (socket: PeerSocket): Promise<string> => {
        for (;;) {
          const message = await socket.recvNow();
          if (message !== undefined) return text(message);
          await pause(2);
        }
      };
      return [
        await outcome(rep.send(['not asked'])),
        await outcome(req.recv()),
        await outcome(req.send(['question'])),
        await outcome(req.send(['again'])),
        await soon(rep),
        await outcome(rep.recv()),
        await outcome(rep.send(['answer'])),
        await soon(req),
      ];
    },
  },
  ...[false, true].map(
    (correlate): Behaviour => ({
      name: `REQ_RELAXED ${correlate ? 'and' : 'without'} REQ_CORRELATE: a late reply is ${correlate ? 'skipped' : 'taken'}`,
      seen: ['first', 'second', correlate ? 'to the second' : 'to the first'],
      async play({ a, b, endpoint }) {
        const router = await b.socket('ROUTER');
        const req = await a.socket('REQ', { relaxed: true, correlate });
        await req.connect(await router.bind(endpoint()));
        const questions: string[][] = [];
        for (const question of ['first', 'second']) {
          await say(req, question);
          questions.push(await router.recv());
        }
        for (const question of questions) {
          const envelope = question.slice(0, -1).map((hex) => ({ hex }));
          await router.send([...envelope, `to the ${text(question.slice(-1))}`]);
        }
        return [...questions.map((question) => text(question.slice(-1))), await heard(req)];
      },
    }),
  ),
  {
    name: 'REQ_CORRELATE: four bytes before the delimiter, one more for each request',
    seen: ['4 bytes||first', '4 bytes||second', 1],
    async play({ a, b, endpoint }) {
      const router = await b.socket('ROUTER');
      const req = await a.socket('REQ', { correlate: true, relaxed: true, routingId: 'asker' });
      await req.connect(await router.bind(endpoint()));
      const ids: number[] = [];
      const shapes: string[] = [];
      for (const question of ['first', 'second']) {
        await say(req, question);
        const [, id = '', ...rest] = await router.recv();
        ids.push(Buffer.from(id, 'hex').readUInt32LE());
        shapes.push(`${id.length / 2} bytes|${text(rest)}`);
      }
      return [...shapes, (ids[1]! - ids[0]!) >>> 0];
    },
  },
  {
    name: 'REQ drops a peer that answers without the delimiter',
    seen: ['asker||question', 'disconnect'],
    async play({ a, b, endpoint }) {
      const router = await b.socket('ROUTER');
      const req = await a.watched('REQ', { routingId: 'asker' });
      await req.connect(await router.bind(endpoint()));
      await say(req, 'question');
      const question = await heard(router);
      req.recv().catch(() => {});
      await router.send(['asker', 'no delimiter']);
      await req.events.happened('disconnect');
      return [question, 'disconnect'];
    },
  },
  {
    name: 'REQ drops a peer that says something without the delimiter, also when it has asked nothing',
    seen: ['disconnect'],
    async play({ a, b, endpoint }) {
      const router = await b.socket('ROUTER', { mandatory: true });
      const req = await a.watched('REQ', { routingId: 'idle' });
      await req.connect(await router.bind(endpoint()));
      await req.events.happened('handshake');
      await reached(router, ['idle', 'no delimiter']);
      await req.events.happened('disconnect');
      return ['disconnect'];
    },
  },
  {
    name: 'REP answers past a longer envelope, and ignores a request without delimiter',
    seen: ['question|', 'hop 2|hop 1||answer'],
    async play({ a, b, endpoint }) {
      const rep = await a.socket('REP');
      const dealer = await b.socket('DEALER');
      await dealer.connect(await rep.bind(endpoint()));
      await say(dealer, 'no delimiter', ['hop 2', 'hop 1', '', 'question', '']);
      const question = await heard(rep);
      await say(rep, 'answer');
      return [question, await heard(dealer)];
    },
  },
  {
    name: 'REP drops the answer to who has gone, and goes on',
    seen: ['first', 'done', 'second', 'answer'],
    async play({ a, b, endpoint }) {
      const rep = await a.watched('REP');
      const address = await rep.bind(endpoint());
      const gone = await b.watched('REQ');
      await gone.connect(address);
      await say(gone, 'first');
      const first = await heard(rep);
      await b.vanish();
      await rep.events.happened('disconnect');
      const answered = await outcome(rep.send(['answer']));
      const req = await b.socket('REQ');
      await req.connect(address);
      await say(req, 'second');
      const second = await heard(rep);
      await say(rep, 'answer');
      return [first, answered, second, await heard(req)];
    },
  },
  {
    name: 'DEALER takes its peers in turn',
    seen: [
      ['0', '2'],
      ['1', '3'],
    ],
    async play({ a, b, endpoint }) {
      const dealer = await a.watched('DEALER');
      const peers = [await b.socket('DEALER'), await b.socket('DEALER')];
      for (const [index, peer] of peers.entries()) {
        await dealer.connect(await peer.bind(endpoint()));
        await dealer.events.happened('handshake', index + 1);
      }
      await say(dealer, '0', '1', '2', '3');
      return [await heardAll(peers[0]!, 2), await heardAll(peers[1]!, 2)];
    },
  },
];
