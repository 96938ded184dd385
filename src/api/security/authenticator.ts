import type { AuthenticationReply, AuthenticationRequest } from '../../core/contracts/authentication.js';
import type { IAuthenticator } from '../../core/contracts/authenticator.js';
import { ZmqError } from '../../core/errors.js';
import type {
  AuthenticationAnswer,
  AuthenticationDecision,
  AuthenticationRules,
  AuthenticatorOptions,
} from './authentication-rules.js';
import { DomainRules, requireObject } from './domain-rules.js';

/**
 * Decides who may talk to the sockets of a Context: `new Context({ authenticator: new Authenticator({ … }) })`. It is
 * asked, by ZAP (RFC 27), about every peer of a server of PLAIN or CURVE, and of any socket with a ZMQ_ZAP_DOMAIN; it lets
 * in whom its rules name, and nobody else.
 *
 * It holds inproc://zeromq.zap.01 in that Context: a handler of your own cannot be bound beside it (AddrInUse). It has
 * nothing that must be closed.
 *
 * A CURVE server with ZMQ_ZAP_ENFORCE_DOMAIN and no domain asks nobody, as in libzmq: `requireAuthentication` refuses it.
 */
export class Authenticator implements IAuthenticator {
  private general: DomainRules;
  private readonly domains: Map<string, DomainRules> = new Map();
  private readonly onDecision: ((decision: AuthenticationDecision) => unknown) | undefined;

  /** Throws InvalidArgument or InvalidCurveKey for rules that are wrong. */
  public constructor(options: AuthenticatorOptions = {}) {
    const { domains = {}, onDecision, ...rules } = requireObject(options, 'The options of an Authenticator');
    if (onDecision !== undefined && typeof onDecision !== 'function') {
      throw new ZmqError('InvalidArgument', '`onDecision` is a function.');
    }
    this.onDecision = onDecision;
    this.general = new DomainRules(rules, 'The options of an Authenticator');
    for (const [domain, own] of Object.entries(requireObject(domains, 'The `domains` of an Authenticator'))) {
      this.domains.set(domain, new DomainRules(own, `The rules of the domain ${JSON.stringify(domain)}`));
    }
  }

  /**
   * Puts other rules in the place of those of a domain, or of the general ones. They count for peers that come from now
   * on: those who are connected stay. Throws InvalidArgument or InvalidCurveKey, and then nothing has changed.
   */
  public setRules(rules: AuthenticationRules, domain?: string): void {
    const compiled = new DomainRules(rules, 'The rules of an Authenticator');
    if (domain === undefined) this.general = compiled;
    else this.domains.set(domain, compiled);
  }

  /** Called by the Context for each peer. */
  public async authenticate(request: AuthenticationRequest): Promise<AuthenticationReply> {
    const { domain, address, mechanism } = request;
    const rules = this.domains.get(domain) ?? this.general;
    const { answer, publicKey } = await rules.decide(request);
    const { status, text = '' } = answer;
    const userId = status === 200 ? (answer.userId ?? '') : '';
    await this.onDecision?.({
      domain,
      address,
      mechanism,
      status,
      text,
      userId,
      ...(publicKey === undefined ? {} : { publicKey }),
    });
    return { status, text, userId, metadata: status === 200 ? properties(answer.metadata) : new Map() };
  }
}

function properties(metadata: AuthenticationAnswer['metadata'] = {}): Map<string, Buffer> {
  return new Map(
    Object.entries(metadata).map(([name, value]) => [
      name,
      typeof value === 'string' ? Buffer.from(value, 'utf8') : Buffer.from(value),
    ]),
  );
}
