import type {
  AuthenticationReply,
  IAuthenticationClient,
  PendingAuthentication,
} from '../../core/contracts/authentication.js';
import type { MechanismConfig, Properties } from '../../core/contracts/mechanism.js';
import { ZmqError } from '../../core/errors.js';
import type { SocketOptionValues } from '../../core/options/values.js';

/** What is done with a peer, before its credentials are looked at. */
export type Decision = 'ask' | 'accept' | 'refuse';

/**
 * Who is asked about a peer: the handler of ZAP, or nobody. As in libzmq, but that a domain without a handler refuses, as
 * ZMQ_ZAP_ENFORCE_DOMAIN does there.
 *
 * @param available a handler is bound
 */
export function decide(mechanism: string, options: Readonly<SocketOptionValues>, available: boolean): Decision {
  const { zapDomain, zapEnforceDomain } = options;
  if (zapDomain !== '') return available ? 'ask' : 'refuse';
  if (mechanism === 'NULL') return 'accept';
  const unasked = mechanism === 'CURVE' ? 'accept' : 'refuse';
  if (zapEnforceDomain) return unasked;
  return available ? 'ask' : unasked;
}

/** What a mechanism does with the answer. */
export interface IAdmissionEnd {
  /** The peer may come in. `undefined`: nobody was asked. */
  admitted(reply: AuthenticationReply | undefined): void;
  /** It may not. `status` is what the peer is told; `undefined`: nothing. */
  refused(error: ZmqError, status: number | undefined): void;
}

/** The question whether one peer may come in. */
export class Admission {
  private pending: PendingAuthentication | null = null;

  /** @param strict nobody comes in unasked (`requireAuthentication`). */
  public constructor(
    private readonly mechanism: 'NULL' | 'PLAIN' | 'CURVE',
    private readonly config: MechanismConfig,
    private readonly client: IAuthenticationClient,
    private readonly strict: boolean,
  ) {}

  /** Asks; the answer may come within the call, when there is nobody to ask. */
  public ask(credentials: readonly Buffer[], end: IAdmissionEnd): void {
    const { mechanism, config, client } = this;
    const { options, remoteAddress } = config;
    const decision = decide(mechanism, options, client.available);
    if (decision === 'accept' && !this.strict) end.admitted(undefined);
    else if (decision !== 'ask') end.refused(nobodyToAsk(), undefined);
    else {
      this.pending = client.ask(
        {
          domain: options.zapDomain,
          address: hostOf(remoteAddress),
          routingId: options.routingId,
          mechanism,
          credentials,
        },
        (answer) => {
          this.pending = null;
          try {
            settle(answer, end);
          } catch (cause) {
            // Nobody above would catch it: a fault of a pattern or a plugin costs this connection, and not the process.
            end.refused(fault(cause), undefined);
          }
        },
      );
    }
  }

  /** The connection is ending: the answer matters no more. */
  public cancel(): void {
    this.pending?.cancel();
    this.pending = null;
  }
}

function settle(answer: AuthenticationReply | ZmqError, end: IAdmissionEnd): void {
  if (answer instanceof ZmqError) end.refused(answer, undefined);
  else if (answer.status === 200) end.admitted(answer);
  else {
    const { status, text } = answer;
    const why = text === '' ? '' : `: ${JSON.stringify(text)}`;
    const error = new ZmqError('AuthenticationFailure', `the peer was refused with status ${status}${why}`, {
      fatal: status !== 300,
      detail: status,
    });
    // A refusal for now is not told, so that the peer comes again.
    end.refused(error, status === 300 ? undefined : status);
  }
}

function fault(cause: unknown): ZmqError {
  return new ZmqError('Internal', `a fault when the peer was let in: ${String(cause)}`, { cause, fatal: true });
}

function nobodyToAsk(): ZmqError {
  return new ZmqError(
    'SecurityError',
    'nobody can say whether the peer may come in: bind a ZAP handler to inproc://zeromq.zap.01, or an Authenticator',
    { errno: 'EFAULT' },
  );
}

/** What ZAP calls the address: without its port; `localhost` for a peer on this machine that has none. */
export function hostOf(remoteAddress: string): string {
  const host = /^(.*):\d+$/.exec(remoteAddress)?.[1];
  if (host !== undefined) return host.replace(/^\[(.*)\]$/, '$1');
  return remoteAddress === '' || /^[/@\0]/.test(remoteAddress) ? 'localhost' : remoteAddress;
}

/** What the handler of ZAP found out about a peer; `undefined` when nobody was asked. */
export function verifiedProperties(reply: AuthenticationReply | undefined): Properties | undefined {
  if (reply === undefined) return undefined;
  const verified = new Map<string, Buffer>([['user-id', Buffer.from(reply.userId, 'utf8')]]);
  for (const [name, value] of reply.metadata) {
    const key = name.toLowerCase();
    if (!verified.has(key)) verified.set(key, value);
  }
  return verified;
}
