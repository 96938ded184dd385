import { defaultValues } from '../../src/core/options/defaults.js';
import type { SocketOptionValues } from '../../src/core/options/values.js';
import { Pipe } from '../../src/core/pipe.js';
import { ReceiveQueue } from '../../src/core/receive-queue.js';
import { SendQueue } from '../../src/core/send-queue.js';
import { TurnBudget } from '../../src/core/turn-budget.js';
import { Push } from '../../src/patterns/push.js';
import { ManualClock } from './manual-clock.js';
import { ManualPipeSink, PipeEvents, somebody } from './manual-pipe-sink.js';
import { ManualScheduler } from './manual-scheduler.js';
import { patternHost } from './pattern-host.js';

/** The sending side of a real PUSH with one pipe of two messages, whose network is stuck until the test frees it. */
export class Sending {
  public readonly clock: ManualClock = new ManualClock();
  public readonly scheduler: ManualScheduler = new ManualScheduler();
  public readonly budget: TurnBudget = new TurnBudget(this.scheduler);
  public readonly options: SocketOptionValues;
  public readonly sink: ManualPipeSink = new ManualPipeSink();
  public readonly pipe: Pipe;
  public readonly queue: SendQueue;

  public constructor(changes: Partial<SocketOptionValues> = {}) {
    this.options = { ...defaultValues('PUSH'), sendHighWaterMark: 2, ...changes };
    const pattern = new Push(patternHost(this.options));
    const receives = new ReceiveQueue(pattern, this.options, this.clock, this.scheduler);
    this.queue = new SendQueue(pattern, receives, this.options, this.budget, this.clock);
    this.pipe = new Pipe('tcp://there', this.options);
    const events = new PipeEvents();
    events.onWrite = () => {
      pattern.writeActivated(this.pipe);
      this.queue.pump();
    };
    pattern.attach(this.pipe);
    this.pipe.attach(events);
  }

  /** Two messages wait in the pipe: the next ones have to wait for room. */
  public fill(): this {
    void this.queue.send('0');
    void this.queue.send('1');
    return this;
  }

  /** A peer comes that takes everything. */
  public open(): void {
    this.pipe.connect(this.sink, somebody());
    this.pipe.drain();
    this.sink.flush();
  }
}
