// The receiver's clock: warm-up, then a window in which messages are counted.

export class Meter {
  /** @param {(result: object) => void} done */
  constructor({ warmMs, measureMs, size }, done) {
    this.count = 0;
    this.phase = 'idle';
    // Looking at the clock costs as much as a small message does, so it is looked at every so many messages.
    this.mask = size <= 1024 ? 255 : 7;
    this.warmMs = warmMs;
    this.measureMs = measureMs;
    this.size = size;
    this.done = done;
    this.until = 0;
  }

  add() {
    if ((++this.count & this.mask) === 0) this.look();
  }

  look() {
    if (this.phase === 'done') return;
    const now = performance.now();
    if (this.phase === 'idle') {
      this.phase = 'warming';
      this.until = now + this.warmMs;
    } else if (now >= this.until) {
      if (this.phase === 'warming') this.begin(now);
      else this.end(now);
    }
  }

  begin(now) {
    this.phase = 'measuring';
    this.until = now + this.measureMs;
    this.start = now;
    this.startCount = this.count;
    this.startCpu = process.cpuUsage();
  }

  end(now) {
    this.phase = 'done';
    const seconds = (now - this.start) / 1000;
    const messages = this.count - this.startCount;
    const { user, system } = process.cpuUsage(this.startCpu);
    this.done({
      rate: messages / seconds,
      megabytesPerSecond: (messages * this.size) / seconds / 1e6,
      messages,
      seconds,
      cpuMicrosecondsPerMessage: (user + system) / messages,
    });
  }
}
