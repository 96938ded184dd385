import { command } from '../../support/spec-raw-peer.js';
import { type Behaviour, heard, pause, say } from './behaviour.js';

const PONG = Buffer.from('\x04PONG', 'latin1');
/** Longer together than the timeout: an unanswered PING would have ended the connection. */
const BEATS = { heartbeatInterval: 30, heartbeatTimeout: 300 };
const ENOUGH = 12;

/** Signs of life. */
export const HEARTBEATS: readonly Behaviour[] = [
  {
    name: 'HEARTBEAT_IVL: PING is sent on time, and answered by PONG, which keeps the connection',
    seen: 'still here',
    async play({ a, b, endpoint, tap }) {
      const pull = await b.socket('PULL');
      const wire = await tap(await pull.bind(endpoint()));
      const push = await a.watched('PUSH', BEATS);
      await push.connect(wire.endpoint);
      // Of one connection, be it not the first: a machine may stand still for longer than the timeout.
      await wire.heardFrom('server', PONG, ENOUGH);
      await say(push, 'still here');
      return await heard(pull);
    },
  },
  {
    name: 'HEARTBEAT_TIMEOUT: a peer that has fallen silent is given up, and connected again',
    seen: 'here again',
    async play({ a, b, endpoint, tap }) {
      const pull = await b.socket('PULL');
      const wire = await tap(await pull.bind(endpoint()));
      const push = await a.watched('PUSH', BEATS);
      await push.connect(wire.endpoint);
      await push.events.happened('handshake');
      wire.freeze();
      await push.events.happened('handshake', 2);
      await say(push, 'here again');
      return await heard(pull);
    },
  },
  {
    name: 'HEARTBEAT_TTL: a peer that has been silent for the time that it announced is given up',
    seen: 'given up',
    async play({ a, b, endpoint, tap }) {
      const pull = await a.watched('PULL');
      const wire = await tap(await pull.bind(endpoint()));
      const push = await b.socket('PUSH', {
        heartbeatInterval: 50,
        heartbeatTimeout: 60_000,
        heartbeatTimeToLive: 300,
      });
      await push.connect(wire.endpoint);
      await wire.heardFrom('server', PONG, 1);
      wire.freeze();
      await pull.events.happened('disconnect');
      return 'given up';
    },
  },
  {
    name: 'HEARTBEAT_TTL stands in PING in tenths of a second, rounded down, and no context after it',
    roles: 1,
    seen: ['0450494e47000c', '0450494e47000c'],
    async play({ a, endpoint, raw }) {
      const pull = await a.socket('PULL', {
        heartbeatInterval: 20,
        heartbeatTimeToLive: 1250,
        heartbeatTimeout: 60_000,
      });
      const peer = await raw.connect(await pull.bind(endpoint()));
      await peer.shake('PUSH');
      const pings = [await peer.readFrame(), await peer.readFrame()];
      return pings.map(({ body }) => body.toString('hex'));
    },
  },
  {
    name: 'PONG repeats the context of PING, sixteen bytes of it at most',
    roles: 1,
    seen: ['<04>PONG', '<04>PONGctx', '<04>PONG0123456789abcdef', '<04>PONG0123456789abcdef'],
    async play({ a, endpoint, raw }) {
      const pull = await a.socket('PULL');
      const peer = await raw.connect(await pull.bind(endpoint()));
      await peer.shake('PUSH');
      const answers: string[] = [];
      for (const context of ['', 'ctx', '0123456789abcdef', '0123456789abcdefg']) {
        peer.send(command('PING', Buffer.from(`\0\0${context}`)));
        answers.push((await peer.readFrame()).body.toString('latin1').replace('\x04', '<04>'));
      }
      return answers;
    },
  },
  {
    name: 'any traffic counts as life, without a PONG',
    roles: 1,
    seen: 'alive',
    async play({ a, endpoint, raw }) {
      const pull = await a.watched('PULL', { heartbeatInterval: 40, heartbeatTimeout: 600 });
      const address = await pull.bind(endpoint());
      // A connection outlives the timeout, be it not the first: a machine may stand still for so long.
      for (;;) {
        const lost = pull.events.count('disconnect');
        const peer = await raw.connect(address);
        await peer.shake('PUSH');
        for (let index = 0; index < 10 && pull.events.count('disconnect') === lost; index++) {
          peer.send('00 05', Buffer.from('alive'));
          await pause(120);
        }
        if (pull.events.count('disconnect') === lost) return await heard(pull);
      }
    },
  },
];
