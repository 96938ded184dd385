import { DROP_REPORT_INTERVAL } from './budgets.js';
import type { IClock, IScheduler, ITimer } from './contracts/clock.js';
import type { DropReason } from './stats.js';

/** What is to be told of one reason. */
interface Report {
  /** Given up and not told yet. */
  messages: number;
  /** It will be told at the end of the turn, or when the timer fires. */
  due: boolean;
  timer: ITimer | null;
}

/**
 * Turns losses into `dropped` events: the first of a reason is told at the end of the turn, later ones at most once per
 * interval, with their number. Never from within the loss itself: a listener may send, and so lose again.
 */
export class DropReports {
  private readonly reports: Map<DropReason, Report> = new Map();
  private closed = false;

  public constructor(
    private readonly clock: IClock,
    private readonly scheduler: IScheduler,
    private readonly tell: (reason: DropReason, messages: number) => void,
  ) {}

  public add(reason: DropReason, messages: number): void {
    if (this.closed) return;
    let report = this.reports.get(reason);
    if (report === undefined) {
      report = { messages: 0, due: false, timer: null };
      this.reports.set(reason, report);
    }
    report.messages += messages;
    if (report.due) return;
    report.due = true;
    const first = report;
    this.scheduler.endOfTurn(() => this.say(reason, first));
  }

  /** Tells what is left, and ends the timers. Called once, before the socket's last event. */
  public close(): void {
    this.closed = true;
    for (const [reason, report] of this.reports) {
      report.timer?.cancel();
      if (report.messages > 0) this.tell(reason, report.messages);
      report.messages = 0;
    }
  }

  private say(reason: DropReason, report: Report): void {
    if (this.closed) return;
    const { messages } = report;
    report.messages = 0;
    report.timer = this.clock.after(DROP_REPORT_INTERVAL, () => {
      report.timer = null;
      if (report.messages > 0) this.say(reason, report);
      else report.due = false;
    });
    this.tell(reason, messages);
  }
}
