/** Terminates Contexts in the middle of the traffic of every pattern, and tells how each loop of the application ended. */
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Context, SocketType } from 'rzmq';
import { engine, leftovers, nextTurn, report, until } from '../../support/child-tools.mjs';

const [scheme] = process.argv.slice(2);
const MESSAGES = 300;
const endpointOf = {
  tcp: () => 'tcp://127.0.0.1:*',
  ipc: (n) => `ipc://${join(tmpdir(), `rzmq-${process.pid}-${n}`)}`,
  inproc: (n) => `inproc://${n}`,
}[scheme];

const send = (message) => (socket) => socket.send(message);
const recv = (socket) => socket.recvMultipart();
const echo = async (socket) => socket.send(await socket.recvMultipart());
const ask = async (socket) => {
  await socket.send('question');
  await socket.recv();
};
const text = 'x'.repeat(200);
const { Push, Pull, Pub, Sub, XPub, XSub, Req, Rep, Dealer, Router, Pair } = SocketType;

/** Who binds, who connects, and what each does all the time. */
const patterns = {
  'PULL and PUSH': [Pull, [recv], Push, [send(text)]],
  'SUB and PUB': [Sub, [recv], Pub, [send(text)]],
  'XPUB and XSUB': [XPub, [send(text), recv], XSub, [recv, send('\x01'), send(text)]],
  'REP and REQ': [Rep, [echo], Req, [ask]],
  'ROUTER and DEALER': [Router, [echo], Dealer, [send(text), recv]],
  'ROUTER and REQ': [Router, [echo], Req, [ask]],
  'DEALER and DEALER': [Dealer, [send(text), recv], Dealer, [send(text), recv]],
  'DEALER and REP': [Dealer, [send(['', text]), recv], Rep, [echo]],
  'PAIR and PAIR': [Pair, [send(text), recv], Pair, [send(text), recv]],
};

/** Does one thing until it fails, and answers why it did. Counts how often it was done. */
async function loop(socket, action, counts) {
  try {
    for (;;) {
      await action(socket);
      counts.done++;
      // In most patterns some sender never waits.
      if (counts.done % 50 === 0) await nextTurn();
    }
  } catch (error) {
    return error.code;
  }
}

async function iterate(socket) {
  for await (const _ of socket);
  return 'the iterator ended';
}

const outcomes = {};
let n = 0;
for (const [name, [binding, doneByBound, connecting, doneByConnected]] of Object.entries(patterns)) {
  for (const together of [true, false]) {
    n++;
    const options = { defaults: { ...engine, linger: 0, reconnectInterval: 1 } };
    const one = new Context(options);
    // Contexts share no inproc names.
    const other = together || scheme === 'inproc' ? one : new Context(options);
    const bound = one.socket(binding);
    const connected = other.socket(connecting);
    await bound.bind(endpointOf(n));
    await connected.connect(bound.lastEndpoint);
    for (const socket of [bound, connected]) if (socket.type === Sub) socket.subscribe();
    const counts = [];
    const loops = [];
    for (const [socket, actions] of [
      [bound, doneByBound],
      [connected, doneByConnected],
    ]) {
      for (const action of actions) {
        counts.push({ done: 0 });
        loops.push(loop(socket, action, counts.at(-1)));
      }
      if (actions.includes(recv)) loops.push(iterate(socket));
    }
    await until(() => counts.every(({ done }) => done >= MESSAGES));
    await one.term();
    await other.term();
    await other.term();
    outcomes[`${name}, ${together ? 'one Context' : 'two Contexts'}`] = [...new Set(await Promise.all(loops))].sort();
  }
}

report({ outcomes, left: await leftovers() });
