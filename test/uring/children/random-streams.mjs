/**
 * Streams of bytes over connections of the ring, of node:net, and from one to the other, with everything at random from a seed:
 * the sizes of the ring, of buffers and writes, who stops reading and when. Each byte says where it belongs.
 *   node test/uring/children/random-streams.mjs SEED [WORLDS]
 * Says the seed of the world that failed, and how. A ring has its sizes for a while: each world has a worker.
 */
import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import { defaultValues } from '../../../dist/core/options/defaults.js';
import { fill, leftIn, mistake, parse, seeded, transports, worlds } from './ring-ground.mjs';

const PATIENCE_MS = 20_000;

async function world(seed) {
  const random = seeded(seed);
  const { between, pick } = random;
  const sizes = {
    entries: pick([8, 8, 64, 1024]),
    bufferCount: pick([8, 8, 32, 1024]),
    bufferSize: pick([1024, 2048, 16_384]),
    sendSize: pick([262_144, 4_194_304]),
    spin: pick([0, 50]),
  };
  const { ring, net, uring } = transports(sizes);
  const common = {
    ioUringReceiveMultishot: pick([true, true, false]),
    ioUringSendZeroCopy: pick([false, false, true]),
    ioUringZeroCopySendThreshold: pick([1, 1000, 16_384]),
    tcpCork: pick([false, false, true]),
  };
  const options = () => ({
    ...defaultValues('PAIR'),
    ...common,
    sendBufferSize: pick([-1, 4096, 16_384]),
    // Smaller than a packet of the loopback interface it would wait for retransmissions.
    receiveBufferSize: pick([-1, 65_536]),
  });
  const problems = [];
  let bytes = 0;
  const connections = between(1, 6);
  const talks = Array.from({ length: connections }, async (_, i) => {
    const [bound, connected] = pick([
      [uring, uring],
      [uring, uring],
      [uring, net],
      [net, uring],
    ]);
    const accepting = {};
    const accepted = new Promise((resolve) => {
      accepting.onConnection = resolve;
      accepting.onAcceptFailed = (error) => problems.push(String(error));
    });
    const forNet = (transport) => (transport === net ? defaultValues('PAIR') : options());
    const listener = await bound.listen(parse('tcp://127.0.0.1:0'), forNet(bound), accepting);
    const near = connected.connect(parse(listener.endpoint), forNet(connected), new AbortController().signal);
    const most = pick([20_000, 300_000, 2_000_000]);
    const [there, back] = [between(1, most), between(0, most)];
    const ends = [
      new End(await near, random, 2 * i, there, 2 * i + 1, back),
      new End(await accepted, random, 2 * i + 1, back, 2 * i, there),
    ];
    await within(Promise.all(ends.map((end) => end.over)));
    for (const end of ends) {
      bytes += end.got;
      const problem = end.problem();
      if (problem !== undefined)
        problems.push(`connection ${i}, ${bound === uring}/${connected === uring}: ${problem}`);
      end.connection.destroy();
    }
    await listener.close();
  });
  await Promise.all(talks);
  problems.push(...leftIn(ring));
  return { problems, connections, bytes, sizes, common, stats: ring.stats };
}

/** Waits for that, but not for ever. */
async function within(work) {
  let timer;
  const late = new Promise((resolve) => {
    timer = setTimeout(resolve, PATIENCE_MS);
  });
  await Promise.race([work, late]);
  clearTimeout(timer);
}

/** One end: writes its stream, reads the other's, and closes when both are whole. */
class End {
  constructor(connection, random, name, toSend, theirName, toGet) {
    Object.assign(this, { connection, random, name, toSend, theirName, toGet });
    this.got = 0;
    this.sent = 0;
    this.wrong = undefined;
    this.stuck = undefined;
    this.wants = true;
    this.closed = false;
    this.lent = undefined;
    this.over = new Promise((resolve) => {
      this.finish = resolve;
    });
    this.pauses = random.pick([0, 0, 3, 20]);
    connection.start(this);
    this.write();
  }

  problem() {
    if (this.wrong !== undefined) return this.wrong;
    if (this.got !== this.toGet || this.sent !== this.toSend || !this.closed)
      return `got ${this.got} of ${this.toGet}, sent ${this.sent} of ${this.toSend}, ${this.closed ? '' : 'not '}closed`;
    return undefined;
  }

  write() {
    const { pick, between } = this.random;
    while (this.sent < this.toSend && this.stuck === undefined && !this.closed) {
      const size = pick([1, 9, 200, 1023, 1024, 1025, 2048, 8000, 16_383, 16_384, 16_385, 32_768, 70_000, 300_000]);
      let left = Math.min(size, this.toSend - this.sent);
      const chunks = [];
      while (left > 0) {
        const chunk = Buffer.alloc(chunks.length > 30 ? left : Math.min(left, pick([left, left, between(1, left)])));
        fill(chunk, this.sent, this.name);
        this.sent += chunk.length;
        left -= chunk.length;
        chunks.push(chunk);
      }
      if (this.connection.write(chunks)) for (const chunk of chunks) chunk.fill(0xee);
      else this.stuck = chunks;
      if (between(1, 8) === 1) {
        setTimeout(() => this.write(), between(0, 2));
        return;
      }
    }
    this.closeWhenDone();
  }

  onDrained() {
    if (this.stuck === undefined) this.wrong ??= 'onDrained, and nothing was refused';
    for (const chunk of this.stuck ?? []) chunk.fill(0xee);
    this.stuck = undefined;
    this.write();
  }

  readBuffer() {
    this.lent = Buffer.alloc(this.random.pick([13, 1000, 1024, 16_384, 65_536, 65_536, 200_000]), 0xdd);
    return this.lent;
  }

  onRead(size) {
    const { lent } = this;
    this.lent = undefined;
    if (lent === undefined) this.wrong ??= 'onRead without readBuffer';
    return lent === undefined || this.take(lent.subarray(0, size));
  }

  onChunk(bytes) {
    return this.take(bytes);
  }

  take(bytes) {
    if (!this.wants) this.wrong ??= `${bytes.length} bytes while nothing was wanted`;
    this.wrong ??= mistake(bytes, this.got, this.theirName);
    this.got += bytes.length;
    if (this.got === this.toGet) setImmediate(() => this.closeWhenDone());
    if (this.pauses === 0 || this.random.between(1, this.pauses) > 1) return true;
    const again = () => {
      this.wants = true;
      this.connection.resume();
    };
    const how = this.random.between(0, 5);
    // At once, soon, or later; by the answer, or by a call between two reads.
    if (how === 5) {
      setImmediate(() => {
        if (this.closed) return;
        this.wants = false;
        this.connection.pause();
        setTimeout(again, this.random.between(0, 2));
      });
      return true;
    }
    this.wants = false;
    if (how === 0) queueMicrotask(again);
    else if (how <= 2) setImmediate(again);
    else setTimeout(again, this.random.between(0, 3));
    return false;
  }

  closeWhenDone() {
    if (this.got < this.toGet || this.sent < this.toSend || this.stuck !== undefined || this.closing) return;
    this.closing = true;
    this.connection.close();
  }

  onClosed(error) {
    if (this.closed) this.wrong ??= 'onClosed came twice';
    if (error !== undefined) this.wrong ??= `it ended with ${error}`;
    this.closed = true;
    this.finish();
  }
}

if (isMainThread) await worlds(new URL(import.meta.url), Number(process.argv[2]), Number(process.argv[3] ?? 1));
else parentPort.postMessage(await world(workerData.seed));
