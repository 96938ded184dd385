import assert from 'node:assert/strict';
import { defaultOptions } from '../../plugin.js';
import { assertComplete, commandFrame, type MechanismClauses, SAID } from './mechanism-ground.js';

/** How a handshake goes, and how it fails. */
export const handshakeClauses: MechanismClauses = {
  'its name has 1 to 20 printable characters': ({ factory }) => {
    assert.match(factory.name, /^[\x21-\x7e]{1,20}$/);
  },

  'the options of its sockets ask for it, and those of others do not': (ground) => {
    const { factory, subject } = ground;
    assert.ok(factory.wanted(ground.options(subject.client, 'DEALER')), 'the options of the client do not ask for it');
    assert.ok(factory.wanted(ground.options(subject.server, 'ROUTER')), 'the options of the server do not ask for it');
    // NULL is what is left for those who ask for nothing.
    if (factory.name !== 'NULL')
      assert.ok(!factory.wanted(defaultOptions('DEALER')), 'a socket without options asks for it');
  },

  'a handshake completes on both sides, whoever starts first': async (ground) => {
    for (const first of ['client', 'server'] as const) {
      const ends = ground.pair();
      await ground.shake(ends, undefined, first);
      assertComplete(ends.client, ends.server);
    }
  },

  'complete is said once, and is the last that is said': async (ground) => {
    const ends = ground.pair();
    await ground.shake(ends);
    for (const end of [ends.client, ends.server]) {
      assert.equal(end.verdicts, 1, 'there was more than one verdict');
      assert.deepEqual(end.afterVerdict, []);
      end.close();
    }
  },

  'each side learns what the other said of itself, by names in lower case': async (ground) => {
    const { client, server } = ground.pair();
    await ground.shake({ client, server });
    assertComplete(client, server);
    for (const [end, said] of [
      [client, SAID.server],
      [server, SAID.client],
    ] as const) {
      for (const [name, value] of said)
        assert.equal(String(end.peer?.get(name.toLowerCase())), value, `the property ${name}`);
    }
  },

  'what comes in a command is copied where it outlives the call': async (ground) => {
    const { client, server } = ground.pair();
    client.reusesMemory = true;
    server.reusesMemory = true;
    await ground.shake({ client, server });
    assertComplete(client, server);
    assert.equal(
      String(server.peer?.get('identity')),
      'the client',
      'a property is a window on memory that is used again',
    );
    assert.equal(
      String(client.peer?.get('socket-type')),
      'ROUTER',
      'a property is a window on memory that is used again',
    );
  },

  'no command is larger than the other side has said that it may be': async (ground) => {
    const ends = ground.pair();
    const tooLarge: string[] = [];
    await ground.shake(ends, ({ from, name, body }) => {
      const to = from === 'client' ? ends.server : ends.client;
      const limit = to.mechanism.commandLimit;
      if (limit !== undefined && body.length > limit)
        tooLarge.push(`${name}: ${body.length} bytes, and ${limit} are allowed`);
      return [body];
    });
    assert.deepEqual(tooLarge, []);
  },

  'two connections of one mechanism do not know of each other': async (ground) => {
    const [one, other] = [ground.pair(), ground.pair()];
    for (const { client, server } of [one, other]) {
      client.mechanism.start(client);
      server.mechanism.start(server);
    }
    await ground.carry(other, ({ body }) => [body]);
    await ground.carry(one, ({ body }) => [body]);
    assertComplete(one.client, one.server, other.client, other.server);
  },

  'a command that does not belong here fails the handshake': async (ground) => {
    for (const victim of ['client', 'server'] as const) {
      const ends = ground.pair();
      await ground.shake(ends, ({ from, body }) =>
        from === victim ? [body] : [commandFrame('NONSENSE', Buffer.from('?'))],
      );
      assert.ok(!ends[victim].completed, `the ${victim} has completed with a peer that talks nonsense`);
      assert.equal(ends[victim].failure?.code, 'ProtocolViolation', `the ${victim} has to fail with ProtocolViolation`);
    }
  },

  'the command ERROR of the peer fails the handshake': async (ground) => {
    const reason = Buffer.concat([Buffer.of(3), Buffer.from('400')]);
    for (const victim of ['client', 'server'] as const) {
      const ends = ground.pair();
      await ground.shake(ends, ({ from, body }) => (from === victim ? [body] : [commandFrame('ERROR', reason)]));
      assert.ok(!ends[victim].completed, `the ${victim} has completed with a peer that has said ERROR`);
      assert.ok(ends[victim].failure !== undefined, `the ${victim} does not fail`);
    }
  },

  'whatever comes in place of a command, nothing is thrown, and there is one verdict at most': async (ground) => {
    const good = ground.pair();
    await ground.shake(good);
    for (const from of ['client', 'server'] as const) {
      for (let at = 0; at < good[from].sent.length; at++) {
        for (const [what, wrong] of Object.entries(WRONG)) {
          const ends = ground.pair();
          const label = `${what} for command ${at} of the ${from}`;
          try {
            await ground.shake(ends, (frame) =>
              frame.from === from && frame.index === at ? wrong(frame.body) : [frame.body],
            );
          } catch (error) {
            assert.fail(`${label}: ${String(error)} was thrown`);
          }
          for (const end of [ends.client, ends.server]) {
            assert.ok(end.verdicts <= 1, `${label}: ${end.verdicts} verdicts`);
            end.close();
          }
        }
      }
    }
  },

  'close may come at any moment, twice too, and nothing is said after it': async (ground) => {
    const good = ground.pair();
    await ground.shake(good);
    const steps = good.client.sent.length + good.server.sent.length;
    for (let stop = 0; stop <= steps; stop++) {
      const { client, server } = ground.pair();
      client.mechanism.start(client);
      server.mechanism.start(server);
      for (let step = 0; step < stop; step++) {
        const frame = client.outbox.shift();
        if (frame !== undefined) server.receive(frame);
        const answer = server.outbox.shift();
        if (answer !== undefined) client.receive(answer);
      }
      for (const end of [client, server]) {
        end.close();
        end.mechanism.close();
        end.afterVerdict.length = 0;
        end.mechanism.onCommand('READY', Buffer.alloc(0));
        assert.deepEqual(end.afterVerdict, [], 'something was said after close');
      }
    }
  },
};

/** What may come in place of a command. */
const WRONG: Readonly<Record<string, (body: Buffer) => readonly Buffer[]>> = {
  nothing: () => [commandFrame('READY', Buffer.alloc(0))],
  'half of it': (body) => [body.subarray(0, body.length >>> 1)],
  'all but its last byte': (body) => [body.subarray(0, body.length - 1)],
  'it with a byte more': (body) => [Buffer.concat([body, Buffer.of(0)])],
  'it twice': (body) => [body, body],
  'its name only': (body) => [body.subarray(0, 1 + (body[0] ?? 0))],
  'bytes that are all ones': (body) => [
    commandFrame(body.toString('latin1', 1, 1 + (body[0] ?? 0)), Buffer.alloc(300, 255)),
  ],
  'a name without content': () => [Buffer.from([4, 1, 2, 3, 4])],
  'an empty frame': () => [Buffer.alloc(0)],
};
