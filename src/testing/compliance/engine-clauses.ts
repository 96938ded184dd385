import assert from 'node:assert/strict';
import { type IConnection, ZmqError } from '../../plugin.js';
import type { EngineClauses, EngineEnd } from './engine-ground.js';
import { ProbeSink } from './probe-sink.js';

const TEXTS = Array.from({ length: 200 }, (_, i) => `message ${i} ${'x'.repeat(i)}`);

const NO_CAPABILITY = { available: false, reason: 'not asked' };
const NO_CAPABILITIES = {
  io_uring: NO_CAPABILITY,
  'io_uring.multishot_recv': NO_CAPABILITY,
  'io_uring.buffer_ring': NO_CAPABILITY,
  'io_uring.send_zc': NO_CAPABILITY,
};

/** Everything of `texts` has come, whatever it was cut into. */
function came(end: EngineEnd, texts: readonly string[]): boolean {
  return end.bytes.length >= texts.join('').length;
}

function assertCame(end: EngineEnd, texts: readonly string[]): void {
  assert.equal(end.bytes.toString('latin1'), texts.join(''), 'what arrived is not what was sent');
}

/** What every engine has to keep. */
export const commonClauses: EngineClauses = {
  'it has a name, and offers itself for its scheme with a rank and a reason': (ground) => {
    const { factory, endpoint } = ground;
    assert.ok(factory.name.length > 0, 'it has no name');
    const offer = factory.offer(endpoint.scheme, ground.options(), NO_CAPABILITIES);
    assert.equal(offer.serves, true, `it does not serve ${endpoint.scheme}: ${offer.reason}`);
    assert.equal(typeof offer.rank, 'number', 'its rank is no number');
    assert.ok(offer.reason.length > 0, 'its reason has no words');
    const again = factory.offer(endpoint.scheme, ground.options(), NO_CAPABILITIES);
    assert.deepEqual(again, offer, 'the same question got another answer');
  },

  'both sides learn of their peer, once, and connect their pipe': async (ground) => {
    const { left, right } = await ground.joined();
    await ground.world.clock.advance(1000);
    assert.deepEqual([left.peers.length, right.peers.length], [1, 1], 'onPeer came more than once');
  },

  'messages arrive in order, in both directions at once': async (ground) => {
    const { left, right } = await ground.joined();
    await Promise.all([left.write(TEXTS), right.write(TEXTS)]);
    await ground.until(() => came(left, TEXTS) && came(right, TEXTS), 'everything arrives');
    assertCame(left, TEXTS);
    assertCame(right, TEXTS);
  },

  'what was written before there was a peer is sent to it': async (ground) => {
    const { left, right } = await ground.pair();
    await left.write(['early', 'bird']);
    left.start();
    await ground.world.clock.advance(100);
    right.start();
    await ground.until(() => came(right, ['early', 'bird']), 'it arrives');
    assertCame(right, ['early', 'bird']);
  },

  'a peer that the host refuses is let go, and hears of it': async (ground) => {
    const { left, right } = await ground.pair();
    right.welcoming = false;
    left.start();
    right.start();
    await ground.until(() => left.ends.length > 0 && right.ends.length > 0, 'the connection ends');
    assert.equal(right.pipe.connected, false, 'the pipe of the refused peer is connected');
  },

  'finish sends what the pipe holds, and then both sides hear of the end': async (ground) => {
    const { left, right } = await ground.joined();
    await left.write(TEXTS);
    left.engine.finish();
    left.engine.finish();
    await ground.until(() => left.ends.length > 0 && right.ends.length > 0, 'the connection ends');
    right.read();
    assertCame(right, TEXTS);
    assert.equal(left.ends[0], undefined, 'the side that has finished ended with an error');
  },

  'destroy ends both sides; twice is harmless': async (ground) => {
    const { left, right } = await ground.joined();
    left.engine.destroy();
    left.engine.destroy();
    await ground.until(() => left.ends.length > 0 && right.ends.length > 0, 'the connection ends');
    left.engine.destroy();
    await ground.world.clock.advance(1000);
    assert.equal(left.ends[0], undefined, 'the side that was destroyed ended with an error');
  },

  'onEnded comes once, whatever ends the connection': async (ground) => {
    const { left, right } = await ground.joined();
    left.engine.finish();
    right.engine.finish();
    left.engine.destroy();
    right.engine.fail(new ZmqError('ProtocolViolation', 'the kit ends it'));
    await ground.world.clock.advance(5000);
    assert.deepEqual([left.ends.length, right.ends.length], [1, 1]);
  },

  'it may be destroyed before it has a peer': async (ground) => {
    const { left, right } = await ground.pair();
    left.start();
    left.engine.destroy();
    right.start();
    await ground.until(() => left.ends.length > 0 && right.ends.length > 0, 'the connection ends');
    assert.equal(left.peers.length === 0 || left.ends.length === 1, true);
  },

  'fail ends the connection with that error': async (ground) => {
    const { left, right } = await ground.joined();
    const error = new ZmqError('ProtocolViolation', 'the pattern cannot go on', { fatal: true });
    left.engine.fail(error);
    await ground.until(() => left.ends.length > 0 && right.ends.length > 0, 'the connection ends');
    assert.equal(left.ends[0], error, 'onEnded has another error');
  },

  'a full pipe holds the peer back, and nothing is lost when it is read again': async (ground) => {
    const { left, right } = await ground.joined({ receiveHighWaterMark: 10, sendHighWaterMark: 10 });
    right.reading = false;
    const texts = TEXTS.map((text) => text.padEnd(4000, '.'));
    const writing = left.write(texts);
    await ground.world.clock.advance(2000);
    const { readable } = right.pipe;
    assert.ok(readable <= 64, `${readable} messages are in a pipe for 10`);
    right.reading = true;
    right.read();
    await writing;
    await ground.until(() => came(right, texts), 'the rest arrives');
    assertCame(right, texts);
  },

  'the high-water mark of the sender holds while the peer takes nothing': async (ground) => {
    const { left, right } = await ground.joined({ receiveHighWaterMark: 10, sendHighWaterMark: 10 });
    right.reading = false;
    let taken = 0;
    // Whatever the network and the other pipe hold is taken; then it has to come to an end.
    for (let idle = 0; idle < 3 && taken < 5000; ) {
      if (left.pipe.write('x'.repeat(10_000))) taken++;
      else {
        idle++;
        await ground.world.clock.advance(1000);
      }
    }
    assert.ok(taken < 5000, 'it took 5000 messages that nobody reads');
    assert.ok(left.pipe.pending <= 20, `${left.pipe.pending} messages wait behind a mark of 10`);
    right.reading = true;
    right.read();
    await ground.until(() => right.bytes.length >= taken * 10_000, 'everything that was taken arrives');
  },

  'when it has ended nothing of it is left: no timer, nothing that is delivered': async (ground) => {
    const { left, right } = await ground.joined();
    await left.write(['one']);
    await ground.until(() => came(right, ['one']), 'it arrives');
    left.engine.destroy();
    await ground.until(() => left.ends.length > 0 && right.ends.length > 0, 'the connection ends');
    const { length } = right.received;
    await ground.world.clock.advance(5000);
    assert.equal(right.received.length, length, 'something was delivered after the end');
    // The kit waits on a timer of the limit of `run` only, which is not one of the clock's.
    assert.equal(ground.world.clock.pendingTimers, 0, 'a timer is left');
  },
};

/** What an engine has to keep that knows where a message ends. */
export const messageClauses: EngineClauses = {
  'a message arrives whole, whatever its size': async (ground) => {
    const { left, right } = await ground.joined();
    const sizes = [1, 255, 256, 8191, 65_536, 1_048_576, 1];
    const texts = sizes.map((size, i) => String.fromCharCode(97 + i).repeat(size));
    const writing = left.write(texts);
    await ground.until(() => right.received.length >= texts.length, 'everything arrives');
    await writing;
    assert.deepEqual(
      right.frames.map((frames) => frames.map(({ length }) => length)),
      sizes.map((size) => [size]),
    );
    assertCame(right, texts);
  },
};

/** What an engine has to keep whose messages have frames. */
export const frameClauses: EngineClauses = {
  'frames stay apart and together, empty ones too, and say whether more follow': async (ground) => {
    const { left, right } = await ground.joined();
    const sent = [['a', 'b', 'c'], [''], ['', '', 'x'], ['only one'], Array.from({ length: 100 }, (_, i) => `${i}`)];
    await left.write(sent);
    await ground.until(() => right.received.length >= sent.length, 'everything arrives');
    assert.deepEqual(right.frames, sent);
    for (const message of right.received) {
      for (const [i, frame] of message.entries()) {
        assert.equal(frame.more, i < message.length - 1, 'the MORE flag of a frame is wrong');
      }
    }
  },
};

/** What an engine has to keep that stands on a stream of bytes. */
export const streamClauses: EngineClauses = {
  'a connection that breaks is told with its error': async (ground) => {
    const { left, right } = await ground.joined();
    ground.world.network.dropConnections('left');
    await ground.until(() => left.ends.length > 0 && right.ends.length > 0, 'both sides hear of it');
    for (const [end] of [left.ends, right.ends]) {
      if (!(end instanceof ZmqError))
        assert.fail(`the end of a broken connection came without its error: ${String(end)}`);
    }
  },

  'whatever bytes a peer sends, nothing is thrown, and it costs that connection at most': async (ground) => {
    const { random } = ground.world;
    for (let round = 0; round < 20; round++) {
      const [near, far] = await ground.connections();
      const left = ground.end(near, 0).start();
      const stranger = new ProbeSink(far as IConnection).start();
      for (let piece = 0; piece < 5 && !stranger.ended; piece++) {
        stranger.write(random.bytes(random.between(1, 300)));
        await ground.world.clock.advance(10);
      }
      stranger.destroy();
      await ground.until(() => left.ends.length > 0, 'the connection ends');
      assert.equal(left.ends.length, 1, 'onEnded came more than once');
    }
  },
};
