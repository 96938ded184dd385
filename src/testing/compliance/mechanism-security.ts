import assert from 'node:assert/strict';
import { Context, SocketType } from '../../index.js';
import { type ITrafficCipher, ZmqError } from '../../plugin.js';
import {
  assertComplete,
  type MechanismClauses,
  type MechanismGround,
  type MechanismSubject,
} from './mechanism-ground.js';

/** Who gets in, and what happens to the traffic. */
export function securityClauses({ strangers, protects = false }: MechanismSubject): MechanismClauses {
  return {
    ...conversations,
    ...(strangers === undefined ? {} : refusals),
    ...(protects ? protection : {}),
  };
}

const conversations: MechanismClauses = {
  'sockets with these options converse': (ground) =>
    withContext(ground, async (context) => {
      const { client, server } = ground.subject;
      const rep = context.socket(SocketType.Rep, server);
      const req = context.socket(SocketType.Req, client);
      await req.connect(await rep.bind('tcp://127.0.0.1:0'));
      for (const text of ['Hello', '', 'x'.repeat(100_000)]) {
        await req.send(text);
        assert.equal(String(await rep.recv()), text);
        await rep.send(text);
        assert.equal(String(await req.recv()), text);
      }
    }),
};

const refusals: MechanismClauses = {
  'a stranger fails the handshake, and learns it by a ZmqError': async (ground) => {
    for (const [who, options] of Object.entries(ground.subject.strangers ?? {})) {
      // Who asks for another mechanism does not come to a handshake of this one: the greetings differ.
      if (!ground.factory.wanted(ground.options(options, 'REQ'))) continue;
      const ends = ground.pair(options);
      await ground.shake(ends);
      assert.ok(!ends.server.completed, `${who}: the server has completed the handshake`);
      const error = ends.server.failure ?? ends.client.failure;
      if (!(error instanceof ZmqError)) assert.fail(`${who}: nobody has failed with a ZmqError`);
    }
  },

  'a stranger does not get in where a socket is bound': (ground) =>
    withContext(ground, async (context) => {
      const rep = context.socket(SocketType.Rep, ground.subject.server);
      const endpoint = await rep.bind('tcp://127.0.0.1:0');
      for (const [who, options] of Object.entries(ground.subject.strangers ?? {})) {
        const req = context.socket(SocketType.Req, { ...options, reconnectInterval: -1 });
        const refused = new Promise<void>((resolve) => {
          for (const socket of [req, rep]) {
            socket.events.once('handshake:error:auth', () => resolve());
            socket.events.once('handshake:error:protocol', () => resolve());
            socket.events.once('handshake:error:other', () => resolve());
          }
        });
        await req.connect(endpoint);
        await refused;
        assert.equal(rep.stats().peers, 0, `${who}: the server has a peer`);
        await req.close();
      }
    }),
};

const SIZES = [0, 1, 15, 16, 17, 1000, 70_000];

const protection: MechanismClauses = {
  'the traffic is protected in both directions': async (ground) => {
    const ends = ground.pair();
    await ground.shake(ends);
    assertComplete(ends.client, ends.server);
    assert.ok(ends.client.cipher !== undefined && ends.server.cipher !== undefined, 'complete came without a cipher');
  },

  'what is sealed opens to the same flags and content, in place': async (ground) => {
    for (const [sealing, opening] of await bothWays(ground)) {
      for (const flags of [0, 1, 4]) {
        for (const size of SIZES) {
          const content = Buffer.alloc(size, 0x5a);
          const frame = seal(sealing, flags, content);
          if (size >= 15) assert.ok(!frame.includes(content), 'the content can be read in the protected body');
          const memory = Buffer.concat([Buffer.alloc(3), frame, Buffer.alloc(3)]);
          assert.equal(opening.open(memory, 3, frame.length), flags, 'the flags are not those that were sealed');
          const at = 3 + opening.overhead;
          assert.ok(memory.subarray(at, at + size).equals(content), 'the content is not what was sealed');
          assert.ok(memory.subarray(0, 3).equals(Buffer.alloc(3)), 'memory in front of the frame was touched');
          assert.ok(memory.subarray(3 + frame.length).equals(Buffer.alloc(3)), 'memory behind the frame was touched');
        }
      }
    }
  },

  'what was changed on the way is refused, with a reason': async (ground) => {
    for (let changed = 0; ; changed += 7) {
      const [[sealing, opening]] = await bothWays(ground);
      const frame = seal(sealing, 0, Buffer.from('pay 10 to Bob'));
      if (changed >= frame.length) break;
      frame[changed] = frame[changed]! ^ 1;
      assert.equal(opening.open(frame, 0, frame.length), -1, `byte ${changed} was changed, and it opened`);
      assert.ok(opening.refusal instanceof ZmqError, '`refusal` has to say why');
    }
    const [[sealing, opening]] = await bothWays(ground);
    const frame = seal(sealing, 0, Buffer.from('pay 10 to Bob'));
    assert.equal(opening.open(frame, 0, frame.length - 1), -1, 'a frame that was cut off opened');
  },
};

async function bothWays(
  ground: MechanismGround,
): Promise<[[ITrafficCipher, ITrafficCipher], [ITrafficCipher, ITrafficCipher]]> {
  const { client, server } = ground.pair();
  await ground.shake({ client, server });
  const [near, far] = [client.cipher, server.cipher];
  if (near === undefined || far === undefined) assert.fail('complete came without a cipher');
  return [
    [near, far],
    [far, near],
  ];
}

function seal(cipher: ITrafficCipher, flags: number, content: Buffer): Buffer {
  const frame = Buffer.concat([Buffer.alloc(cipher.overhead), content]);
  cipher.seal(flags, frame, 0, content.length);
  return frame;
}

async function withContext(ground: MechanismGround, work: (context: Context) => Promise<void>): Promise<void> {
  const context = new Context({ modules: ground.modules(), defaults: { linger: 0 } });
  ground.contexts.push(context);
  try {
    await work(context);
  } finally {
    await context.term();
  }
}
