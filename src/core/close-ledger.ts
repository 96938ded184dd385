import type { CloseOptions, CloseReport, EndpointReport, TermReport } from './contracts/close-report.js';
import { ZmqError } from './errors.js';
import type { SocketTypeName } from './socket-type.js';
import { DropCounts, type DropReason } from './stats.js';

/** These are about messages that were to go out. */
const OUTBOUND: readonly DropReason[] = ['linger', 'connection-lost', 'peer-gone'];

interface Account {
  queued: number;
  dropped: number;
}

/** Keeps the accounts of a socket from its close to its end: nothing is queued any more, so what is not dropped is sent. */
export class CloseLedger {
  private readonly drops: DropCounts = new DropCounts();
  private readonly accounts: Map<string, Account> = new Map();

  /** @param endpoints what the socket has now, and how many messages wait to be sent there */
  public constructor(
    private readonly type: SocketTypeName,
    endpoints: Iterable<{ readonly endpoint: string; readonly pending: number }>,
  ) {
    for (const { endpoint, pending } of endpoints) this.queued(endpoint, pending);
  }

  private queued(endpoint: string, messages: number): void {
    const account = this.accounts.get(endpoint);
    if (account !== undefined) account.queued += messages;
    else if (messages > 0) this.accounts.set(endpoint, { queued: messages, dropped: 0 });
  }

  /** Messages are gone, of the peers at that endpoint where it is known. */
  public dropped(reason: DropReason, messages: number, endpoint: string | undefined): void {
    this.drops.add(reason, messages);
    const account = endpoint !== undefined && OUTBOUND.includes(reason) ? this.accounts.get(endpoint) : undefined;
    if (account !== undefined) account.dropped += messages;
  }

  /** The accounts at the end. */
  public report(): CloseReport {
    const endpoints: EndpointReport[] = [];
    let sent = 0;
    for (const [endpoint, { queued, dropped }] of this.accounts) {
      endpoints.push({ endpoint, sent: queued - dropped, dropped });
      sent += queued - dropped;
    }
    return { type: this.type, sent, dropped: this.drops.toJSON(), endpoints };
  }
}

/** The report of a Context, from those of its sockets. */
export function termReport(sockets: readonly CloseReport[]): TermReport {
  const drops = new DropCounts();
  let sent = 0;
  for (const report of sockets) {
    sent += report.sent;
    for (const [reason, messages] of Object.entries(report.dropped)) drops.add(reason as DropReason, messages);
  }
  return { sent, dropped: drops.toJSON(), sockets };
}

/** The deadline as milliseconds from now, Infinity for none. Throws InvalidArgument. */
export function deadlineOf(options: CloseOptions | undefined): number {
  const { deadline = Number.POSITIVE_INFINITY } = (options as CloseOptions | null) ?? {};
  if (options != null && typeof options !== 'object') {
    throw new ZmqError('InvalidArgument', 'The options of close and term are an object such as { deadline: 1000 }.');
  }
  if (typeof deadline === 'number' && deadline >= 0) return deadline;
  throw new ZmqError('InvalidArgument', `A deadline is a number of milliseconds from 0 up, not ${String(deadline)}.`);
}
