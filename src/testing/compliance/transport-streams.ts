import assert from 'node:assert/strict';
import type { ProbeSink } from './probe-sink.js';
import { pattern, type TransportClauses, type TransportGround } from './transport-ground.js';

const MEBIBYTE = 1_048_576;

/** More than any buffer on the way holds. */
const A_LOT = 64;

/** What a connection of bytes has to keep. */
export const streamClauses: TransportClauses = {
  'bytes arrive complete and in order, in both directions at once': async (ground) => {
    const [near, far] = await ground.started();
    const [there, back] = [pattern(300_000), pattern(200_000, 99)];
    const send = async (sink: typeof near, bytes: Buffer): Promise<void> => {
      for (let at = 0; at < bytes.length; at += 1777) await sink.send(bytes.subarray(at, at + 1777));
    };
    await Promise.all([send(near, there), send(far, back), far.receive(there.length), near.receive(back.length)]);
    assert.ok(far.received.equals(there), 'what arrived is not what was written');
    assert.ok(near.received.equals(back), 'what arrived is not what was written, on the way back');
  },

  'the chunks of one write are sent one after the other, however many and large': async (ground) => {
    const [near, far] = await ground.started();
    const sizes = [1, 0, 3, 70_000, 2, MEBIBYTE, 5];
    let at = 0;
    const chunks = sizes.map((size) => {
      at += size;
      return pattern(size, at - size);
    });
    await Promise.all([near.send(...chunks), far.receive(at)]);
    assert.ok(far.received.equals(Buffer.concat(chunks)), 'what arrived is not what was written');
  },

  'connections are kept apart': async (ground) => {
    const bound = await ground.bind();
    const pairs = [await ground.started(bound), await ground.started(bound), await ground.started(bound)];
    for (const [i, [near]] of pairs.entries()) await near.send(Buffer.from(`from ${i}`));
    for (const [i, [, far]] of pairs.entries()) assert.equal(String(await far.receive(6)), `from ${i}`);
  },

  'nothing is told before start, and what came until then is not lost': async (ground) => {
    const [near, far] = await ground.pair();
    near.start();
    await near.send(Buffer.from('early'));
    await ground.meanwhile();
    assert.deepEqual([far.size, far.ends.length], [0, 0], 'the sink heard something before start');
    far.start();
    assert.equal(String(await far.receive(5)), 'early');
  },

  'the sink hears nothing from within start, write, close and destroy': async (ground) => {
    const [near, far] = await ground.started();
    for (let i = 0; i < 20; i++) {
      near.write(Buffer.from('a'));
      far.write(Buffer.from('b'));
      await near.receive(i + 1);
      await far.receive(i + 1);
    }
    near.close();
    await far.end();
    far.destroy();
    await near.end();
    const [left, right] = await ground.started();
    left.destroy();
    await Promise.all([left.end(), right.end()]);
    for (const sink of [near, far, left, right]) sink.keeps('reentrance');
  },

  'a write that answered true has left the memory to the caller': async (ground) => {
    const [near, far] = await ground.started();
    const memory = Buffer.alloc(1000);
    let expected = 0;
    for (let i = 1; i <= 50; i++) {
      memory.fill(i);
      const before = near.drained;
      if (!near.write(memory)) await near.events.until(() => near.drained > before);
      expected += memory.length;
    }
    memory.fill(255);
    const received = await far.receive(expected);
    for (let i = 0; i < 50; i++)
      assert.equal(received[i * 1000], i + 1, 'the memory was read after write had answered true');
  },

  'a peer that does not read holds the writer back: write answers false in the end': async (ground) => {
    const [near, far] = await ground.started();
    far.connection.pause();
    const chunk = pattern(MEBIBYTE);
    let written = 0;
    while (written < A_LOT && near.write(chunk)) {
      written++;
      await ground.meanwhile();
    }
    assert.ok(written < A_LOT, `it took ${A_LOT} MiB that nobody reads`);
    assert.equal(near.drained, 0, 'onDrained came although nothing could have been accepted');
  },

  'onDrained comes once after a write that answered false, and never else': async (ground) => {
    const [near, far] = await ground.started();
    let refused = 0;
    let size = 0;
    const chunk = pattern(MEBIBYTE);
    for (let i = 0; i < 12; i++) {
      const before = near.drained;
      size += chunk.length;
      if (near.write(chunk)) continue;
      refused++;
      await near.events.until(() => near.drained > before);
    }
    await far.receive(size);
    await ground.meanwhile();
    assert.equal(near.drained, refused, 'onDrained and the refused writes are not as many');
    for (let at = 0; at < size; at += chunk.length) {
      assert.ok(far.received.subarray(at, at + chunk.length).equals(chunk), 'what arrived is not what was written');
    }
  },

  'after pause nothing more is read; resume goes on where it was': async (ground) => {
    const [near, far] = await ground.started();
    await near.send(Buffer.from('one'));
    await far.receive(3);
    far.connection.pause();
    await near.send(Buffer.from('two'));
    await ground.meanwhile();
    assert.equal(far.size, 3, 'bytes came after pause');
    far.connection.resume();
    assert.equal(String(await far.receive(6)), 'onetwo');
  },

  'a sink that answers false is told nothing until resume': async (ground) => {
    const [near, far] = await ground.started();
    far.wants = false;
    await near.send(Buffer.from('one'));
    await far.receive(1);
    const { size } = far;
    await near.send(Buffer.from('two'));
    await ground.meanwhile();
    assert.equal(far.size, size, 'bytes came after onRead or onChunk had answered false');
    far.wants = true;
    far.connection.resume();
    assert.equal(String(await far.receive(6)), 'onetwo');
  },

  'however little memory is lent, everything is read, and never more than it holds': async (ground) => {
    const [near, far] = await ground.pair();
    far.room = 13;
    near.start();
    far.start();
    const bytes = pattern(100_000);
    await Promise.all([near.send(bytes), far.receive(bytes.length)]);
    assert.ok(far.received.equals(bytes), 'what arrived is not what was written');
    far.keeps('memory');
  },

  'close sends what was written; both ends hear of it once, without an error': async (ground) => {
    const [near, far] = await ground.started();
    await near.send(Buffer.from('last words'));
    near.close();
    assert.equal(await far.end(), undefined, 'the end that the peer has closed has an error');
    assert.equal(String(far.received), 'last words');
    assert.equal(await near.end(), undefined, 'the end that was closed has an error');
    await ground.meanwhile();
    assert.deepEqual([near.ends.length, far.ends.length], [1, 1], 'onClosed came more than once');
  },

  'close waits for what a write could not hand over at once': async (ground) => {
    const [near, far] = await ground.started();
    const bytes = pattern(8 * MEBIBYTE);
    near.write(bytes);
    near.close();
    await far.end();
    assert.equal(far.size, bytes.length, 'close has cut off what was written');
    assert.ok(far.received.equals(bytes), 'what arrived is not what was written');
  },

  'what arrives after close is thrown away': async (ground) => {
    const [near, far] = await ground.started();
    await near.send(Buffer.from('bye'));
    await far.receive(3);
    near.close();
    far.write(Buffer.from('wait!'));
    await near.end();
    assert.equal(near.size, 0, 'bytes came after close');
  },

  'a paused reader still gets what came before the peer closed': async (ground) => {
    const [near, far] = await ground.started();
    far.connection.pause();
    await near.send(Buffer.from('last words'));
    near.close();
    await ground.meanwhile();
    far.connection.resume();
    await far.end();
    assert.equal(String(far.received), 'last words');
  },

  'who has stopped reading and closes hears of the end, also when the peer is gone': async (ground) => {
    const far = await abandoned(ground);
    // By writing it may learn that the peer is gone.
    await far.send(Buffer.from('?'));
    await ground.meanwhile();
    far.close();
    await far.end();
    await ground.meanwhile();
    assert.equal(far.ends.length, 1, 'onClosed came more than once');
  },

  'a write to a peer that is gone ends the connection, also for who has stopped reading': async (ground) => {
    const far = await abandoned(ground);
    for (let i = 0; i < A_LOT && !far.ended; i++) {
      await far.send(Buffer.from('?'));
      await ground.meanwhile();
    }
    assert.ok(far.ended, 'it took what nobody will get');
  },

  'destroy ends both sides, once; twice, or after close, is harmless': async (ground) => {
    const [near, far] = await ground.started();
    near.destroy();
    near.destroy();
    near.close();
    await Promise.all([near.end(), far.end()]);
    assert.equal(near.ends[0], undefined, 'the end that was destroyed has an error');
    near.destroy();
    far.close();
    far.destroy();
    const [left, right] = await ground.started();
    left.close();
    left.destroy();
    await Promise.all([left.end(), right.end()]);
    await ground.meanwhile();
    for (const sink of [near, far, left, right]) assert.equal(sink.ends.length, 1, 'onClosed came more than once');
  },

  'after onClosed the sink hears nothing more': async (ground) => {
    const [near, far] = await ground.started();
    near.write(pattern(8 * MEBIBYTE));
    await far.receive(1);
    far.destroy();
    near.destroy();
    await Promise.all([near.end(), far.end()]);
    near.connection.resume();
    far.connection.resume();
    await ground.meanwhile();
    for (const sink of [near, far]) sink.keeps('afterEnd');
  },

  'destroy does not wait for a peer that does not read': async (ground) => {
    const [near, far] = await ground.started();
    far.connection.pause();
    near.write(pattern(16 * MEBIBYTE));
    near.destroy();
    await near.end();
    assert.equal(near.drained, 0, 'onDrained came after destroy');
  },

  'a connection that ended before start says so after it': async (ground) => {
    const [near, far] = await ground.pair();
    near.start();
    near.destroy();
    await near.end();
    await ground.meanwhile();
    far.start();
    await far.end();
    const [left] = await ground.pair();
    left.destroy();
    await ground.meanwhile();
    assert.equal(left.ends.length, 0, 'the sink was told before start');
    left.start();
    await left.end();
  },

  'write after the end answers false and does not throw': async (ground) => {
    const [near, far] = await ground.started();
    far.destroy();
    await near.end();
    assert.equal(near.write(Buffer.from('anybody?')), false, 'write after onClosed answers false');
    near.connection.pause();
    near.connection.resume();
    await ground.meanwhile();
  },
};

/** The end of a connection whose reader has stopped in the midst of what came, and whose peer is gone. */
async function abandoned(ground: TransportGround): Promise<ProbeSink> {
  const [near, far] = await ground.pair();
  far.room = 13;
  far.wants = false;
  near.start();
  far.start();
  await near.send(pattern(1), pattern(1000));
  await far.receive(1);
  near.destroy();
  await near.end();
  return far;
}
