/** The books of the chaos: which numbered messages were sent, which were received by whom, and who was killed when. */

/** How many messages have certainly not arrived. Of those on their way when a connection was lost nobody knows. */
export function certainlyLost({ 'connection-lost': _inDoubt, ...dropped }) {
  return Object.values(dropped).reduce((all, one) => all + one, 0);
}

/** One life of a peer process, from its start to its end, as the receiver of one stream. */
class Life {
  /** The number of the last message that it received. */
  last = -1;
  killed = false;
  /** What had been sent when its sender must have noticed that it was gone. */
  sentAtEnd = Number.POSITIVE_INFINITY;

  constructor(stream, lost) {
    this.stream = stream;
    /** What is lost with this life has a number of at least this. */
    this.firstLost = lost;
  }

  /** It has received `from` to `to`, all of them. */
  got(from, to) {
    const { stream } = this;
    if (from <= this.last) stream.problem(`${from} came after ${this.last}`);
    // The first message of a life may have any number; after it there is a way without gaps.
    if (stream.alone && this.last !== -1) stream.holes += from - this.last - 1;
    for (let number = from; number <= to; number++) stream.arrive(number);
    this.last = to;
    this.firstLost = to + 1;
  }
}

/** Messages with the numbers from 0 up, from one sender, to one receiver at a time or shared out among several. */
export class Stream {
  sent = 0;
  problems = [];
  /** Messages that one life missed between two that it received. */
  holes = 0;
  lives = [];
  arrived = Buffer.alloc(1024);

  /**
   * @param alone one receiver gets everything, life after life
   * @param keeps the sender keeps its queue when it loses its peer
   */
  constructor(name, { alone = false, keeps = false } = {}) {
    this.name = name;
    this.alone = alone;
    this.keeps = keeps;
  }

  problem(what) {
    if (this.problems.length < 10) this.problems.push(`${this.name}: ${what}`);
  }

  /** A receiver starts. A queue that was kept may give it older messages than those of now. */
  begin() {
    const life = new Life(this, this.keeps ? (this.lives.at(-1)?.firstLost ?? 0) : this.sent);
    this.lives.push(life);
    return life;
  }

  arrive(number) {
    if (!(number < this.sent)) this.problem(`${number} came and was never sent`);
    while (number >= this.arrived.length) this.arrived = Buffer.concat([this.arrived], 2 * this.arrived.length);
    if (this.arrived[number] === 1) this.problem(`${number} came twice`);
    this.arrived[number] = 1;
  }

  /** True when all from `first` on have arrived. */
  complete(first) {
    return this.arrived.subarray(first, this.sent).every((seen) => seen === 1) && this.sent <= this.arrived.length;
  }

  get missing() {
    let missing = 0;
    for (let number = 0; number < this.sent; number++) if (this.arrived[number] !== 1) missing++;
    return missing;
  }

  /**
   * Everything that is missing was on its way to somebody who was killed: it was sent after the last message that this
   * life received, and before the sender knew. Those that the sender still had it counts as dropped. Of those that it
   * counts as lost with the connection some may have arrived; the others are lost with the dead process, or on the way.
   */
  check({ dropped }) {
    for (let number = 0; number < this.sent; number++) {
      if (this.arrived[number] === 1) continue;
      const explained = this.lives.some((life) => life.killed && number >= life.firstLost && number < life.sentAtEnd);
      if (!explained) this.problem(`${number} is lost, and nobody was killed who could have had it`);
    }
    const { name, sent, missing } = this;
    const certain = certainlyLost(dropped);
    if (certain > missing) this.problem(`${certain} were counted as dropped, and only ${missing} did not arrive`);
    return { name, sent, received: sent - missing, dropped, lostWithPeers: missing - certain };
  }
}
