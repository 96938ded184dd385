/**
 * A peer that is killed at any moment. What it has received it says at once, on a pipe of its own (3), by a write that is
 * complete before anything else happens: what it said before its end is known.
 */
import { writeSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { Context } from 'rzmq';
import { engine } from '../../support/child-tools.mjs';
import { message, numberOf } from './chaos-content.mjs';

const [role, endpoint, name] = process.argv.slice(2);
const context = new Context({ defaults: { ...engine, linger: 0, reconnectInterval: 5 } });

// Whoever started it is gone: so is its work.
process.stdin.on('end', () => process.exit()).resume();

function say(...words) {
  writeSync(3, `${words.join(' ')}\n`);
}

/** Says which of these came, as runs of numbers. */
function sayRuns(numbers) {
  let from = numbers[0];
  for (let i = 1; i <= numbers.length; i++) {
    if (numbers[i] === numbers[i - 1] + 1) continue;
    say('got', from, numbers[i - 1]);
    from = numbers[i];
  }
}

async function receiveAll(socket) {
  await socket.ready();
  say('ready');
  for (;;) sayRuns((await socket.recvMany(100)).map(([head, body]) => numberOf(head, body)));
}

const roles = {
  async pullConnected() {
    const pull = context.socket('PULL');
    await pull.connect(endpoint);
    await receiveAll(pull);
  },
  async pullBound() {
    const pull = context.socket('PULL');
    await pull.bind(endpoint);
    await receiveAll(pull);
  },
  async sub() {
    const sub = context.socket('SUB', { receiveHighWaterMark: 0 });
    sub.subscribe('');
    await sub.connect(endpoint);
    await receiveAll(sub);
  },
  /** Sends back what it gets, after it has said so. */
  async dealer() {
    const dealer = context.socket('DEALER', { routingId: name });
    await dealer.connect(endpoint);
    await dealer.ready();
    say('ready');
    for (;;) {
      const [head, body] = await dealer.recvMultipart();
      const number = numberOf(head, body);
      say('got', number, number);
      await dealer.send(message(number));
    }
  },
  async rep() {
    const rep = context.socket('REP');
    await rep.bind(endpoint);
    say('ready');
    for await (const [head, body] of rep) await rep.send(message(numberOf(head, body)));
  },
  /** Sends by itself, as fast as it may. */
  async push() {
    const push = context.socket('PUSH', { sendHighWaterMark: 50 });
    await push.connect(endpoint);
    await push.ready();
    say('ready');
    for (let number = 0; ; number++) {
      await push.send([name, ...message(number)]);
      if (number % 50 === 0) await pause(2);
    }
  },
};

try {
  await roles[role]();
} catch (error) {
  say('failed', String(error).replaceAll('\n', ' '));
}
