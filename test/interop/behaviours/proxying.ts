import { leftOut } from '../../../tools/judges.mjs';
import type { SteeredProxy } from '../proxies.js';
import { type Behaviour, heard, pause, type Role, say, text } from './behaviour.js';

leftOut();
const python = process.env['PYZMQ_PYTHON'];
const onlyWithPyzmq =
  python === undefined ? { notLibzmq: { first: 'its steerable proxy needs pyzmq, which is not here' } } : {};

/** Without somebody there a capture of type PUSH holds the proxy up. */
async function captured(role: Role, { capture }: SteeredProxy): Promise<void> {
  await (await role.socket('PULL')).connect(capture);
}

/** A proxy in the first role, its peers in the second. */
export const PROXYING: readonly Behaviour[] = [
  {
    name: 'a proxy passes requests and replies, and its capture gets both',
    ...onlyWithPyzmq,
    seen: ['a|question', 'answered', 'made up||a|question', 'made up||answered'],
    async play({ a, b }) {
      const { frontend, backend, capture } = await a.proxy('ROUTER', 'DEALER');
      const [client, worker, pull] = [await b.socket('REQ'), await b.socket('REP'), await b.socket('PULL')];
      await pull.connect(capture);
      await client.connect(frontend);
      await worker.connect(backend);
      await say(client, ['a', 'question']);
      const question = await heard(worker);
      await say(worker, 'answered');
      return [question, await heard(client), await heard(pull), await heard(pull)];
    },
  },
  {
    name: 'a control socket says PAUSE, RESUME, STATISTICS and TERMINATE to a proxy',
    ...onlyWithPyzmq,
    seen: ['first', 'nothing', 'second', '8 frames of 8 bytes', 'ended'],
    async play({ a, b }) {
      const proxy = await a.proxy('PULL', 'PUSH');
      const [push, pull, control] = [await b.socket('PUSH'), await b.socket('PULL'), await b.socket('PAIR')];
      await captured(b, proxy);
      await control.connect(proxy.control);
      await pull.connect(proxy.backend);
      await push.connect(proxy.frontend);
      await say(push, 'first');
      const first = await heard(pull);
      // Another connection than that of the messages: PAUSE is in effect when what comes after it has been answered.
      await say(control, 'PAUSE', 'STATISTICS');
      await control.recv();
      await say(push, 'second');
      await pause(50);
      const meanwhile = text(await pull.recvNow());
      await say(control, 'RESUME');
      const second = await heard(pull);
      await say(control, 'STATISTICS');
      const statistics = await control.recv();
      const sizes = new Set(statistics.map((frame) => frame.length / 2));
      await say(control, 'TERMINATE');
      await proxy.ended;
      return [first, meanwhile, second, `${statistics.length} frames of ${[...sizes].join()} bytes`, 'ended'];
    },
  },
  {
    name: 'a REP at its control answers every command, which the REQ waits for',
    notLibzmq: { first: 'before 4.3.6 it leaves the REQ without an answer, for ever' },
    seen: ['', '', '8 frames', '', 'ended'],
    async play({ a, b }) {
      const { control, ended } = await a.proxy('PULL', 'PUSH', 'REP');
      const req = await b.socket('REQ');
      await req.connect(control);
      const answers: string[] = [];
      for (const command of ['PAUSE', 'RESUME', 'STATISTICS', 'TERMINATE']) {
        await say(req, command);
        const answer = await req.recv();
        answers.push(answer.length === 1 ? text(answer) : `${answer.length} frames`);
      }
      await ended;
      return [...answers, 'ended'];
    },
  },
  {
    name: 'a proxy passes subscriptions up and messages down',
    ...onlyWithPyzmq,
    seen: ['<01>topic', 'topic.1|text'],
    async play({ a, b }) {
      const proxy = await a.proxy('XSUB', 'XPUB');
      await captured(b, proxy);
      const [xpub, sub] = [await b.socket('XPUB'), await b.socket('SUB')];
      await xpub.connect(proxy.frontend);
      await sub.connect(proxy.backend);
      await sub.subscribe('topic');
      const asked = await heard(xpub);
      await say(xpub, 'nobody wants it', ['topic.1', 'text']);
      return [asked, await heard(sub)];
    },
  },
];
