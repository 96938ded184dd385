import type { AuthenticationRequest } from '../../core/contracts/authentication.js';
import { ZmqError } from '../../core/errors.js';
import { z85Encode } from '../../core/z85.js';
import { AddressRules } from './address-rules.js';
import type {
  AuthenticationAnswer,
  AuthenticationPeer,
  AuthenticationRules,
  AuthenticationVerdict,
} from './authentication-rules.js';
import type { ICertificateStore } from './certificate-store.js';
import { curveKeyBytes } from './keys.js';
import { PasswordList } from './password-list.js';

/** What was decided, and about which key. */
export interface RuledDecision {
  readonly answer: AuthenticationAnswer;
  readonly publicKey?: string;
}

type Verdict = AuthenticationVerdict | Promise<AuthenticationVerdict>;

const CURVE_KEY_BYTES = 32;

/** The properties that say who a peer is at the level below; a certificate must not speak for that. */
const RESERVED: readonly string[] = ['socket-type', 'identity', 'routing-id', 'user-id', 'peer-address'];

/** What a property of a message may be called (RFC 37). */
const PROPERTY_NAME = /^[A-Za-z0-9\-_.+]{1,255}$/;

const RULES: readonly (keyof AuthenticationRules)[] = ['allow', 'deny', 'anonymous', 'plain', 'curve'];

/** The rules of one domain, checked and made ready. */
export class DomainRules {
  private readonly addresses: AddressRules;
  private readonly anonymous: (peer: AuthenticationPeer) => Verdict;
  private readonly plain: (peer: AuthenticationPeer, name: Buffer, password: Buffer) => Verdict;
  private readonly curve: (peer: AuthenticationPeer, publicKey: string) => Verdict;

  /** @param name what these rules are, for errors. */
  public constructor(rules: AuthenticationRules, name: string) {
    const { allow, deny, anonymous, plain, curve, ...others } = requireObject(rules, name);
    const [unknown] = Object.keys(others);
    // A rule that is spelt wrong would let people in.
    if (unknown !== undefined) {
      throw new ZmqError('InvalidArgument', `${name} have no ${JSON.stringify(unknown)}: use ${RULES.join(', ')}.`);
    }
    this.addresses = new AddressRules(allow, deny);
    this.anonymous = compileAnonymous(anonymous ?? allow !== undefined);
    this.plain = compilePlain(plain);
    this.curve = compileCurve(curve);
  }

  /** Rejects when a callback or a store does. */
  public async decide(request: AuthenticationRequest): Promise<RuledDecision> {
    const { domain, address, routingId, mechanism, credentials } = request;
    const peer: AuthenticationPeer = { domain, address, routingId };
    const publicKey = publicKeyOf(request);
    const key = publicKey === undefined ? {} : { publicKey };
    const refusal = this.addresses.refusal(address);
    if (refusal !== undefined) return { answer: { status: 400, text: refusal }, ...key };
    const [first, second] = credentials;
    if (mechanism === 'NULL' && credentials.length === 0) {
      return { answer: answerOf(await this.anonymous(peer), 'anonymous') };
    }
    if (mechanism === 'PLAIN' && credentials.length === 2) {
      const name = first as Buffer;
      return { answer: answerOf(await this.plain(peer, name, second as Buffer), name.toString('utf8')) };
    }
    if (publicKey !== undefined) return { answer: answerOf(await this.curve(peer, publicKey), publicKey), ...key };
    return { answer: { status: 400, text: 'No rule for this mechanism' } };
  }
}

/** Throws InvalidArgument for what is no object. */
export function requireObject<T>(value: T, name: string): T {
  if (typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Map)) return value;
  throw new ZmqError('InvalidArgument', `${name} are an object, not ${value === null ? 'null' : typeof value}.`);
}

function publicKeyOf({ mechanism, credentials }: AuthenticationRequest): string | undefined {
  const [key] = credentials;
  if (mechanism !== 'CURVE' || credentials.length !== 1 || key?.length !== CURVE_KEY_BYTES) return undefined;
  return z85Encode(key);
}

/** Only `true` and a status let anybody in: what a callback forgot to return must not. */
function answerOf(verdict: unknown, userId: string): AuthenticationAnswer {
  if (verdict === true) return { status: 200, text: 'OK', userId };
  if (verdict === false || verdict === undefined) return { status: 400, text: 'Refused' };
  const { status } = (verdict ?? {}) as Partial<AuthenticationAnswer>;
  if (status === 200 || status === 300 || status === 400 || status === 500) {
    const answer = verdict as AuthenticationAnswer;
    return { ...answer, userId: answer.userId ?? userId };
  }
  throw new ZmqError(
    'InvalidArgument',
    'A callback of an Authenticator answers true, false, or an object with a status of 200, 300, 400 or 500.',
  );
}

function compileAnonymous(rule: unknown): (peer: AuthenticationPeer) => Verdict {
  if (typeof rule === 'function') return rule as (peer: AuthenticationPeer) => Verdict;
  if (typeof rule === 'boolean') return () => rule;
  throw new ZmqError('InvalidArgument', '`anonymous` is true, false or a callback.');
}

function compilePlain(rule: AuthenticationRules['plain']): DomainRules['plain'] {
  if (rule === undefined) return () => false;
  if (typeof rule === 'function') {
    return (peer, name, password) =>
      rule({ ...peer, username: name.toString('utf8'), password: password.toString('utf8') });
  }
  const users = new PasswordList(rule);
  return (_, name, password) => users.accepts(name, password);
}

function compileCurve(rule: AuthenticationRules['curve']): (peer: AuthenticationPeer, publicKey: string) => Verdict {
  if (rule === undefined) return () => false;
  if (rule === 'allowAny') return () => true;
  if (typeof rule === 'function') return (peer, publicKey) => rule({ ...peer, publicKey });
  if (Array.isArray(rule)) {
    const keys = new Set(rule.map(publicKeyText));
    return (_, publicKey) => keys.has(publicKey);
  }
  if (typeof (rule as Partial<ICertificateStore> | null)?.find === 'function') {
    return (_, publicKey) => findCertificate(rule as ICertificateStore, publicKey);
  }
  throw new ZmqError(
    'InvalidArgument',
    "`curve` is 'allowAny', an array of public keys, a CertificateStore or a callback.",
  );
}

function publicKeyText(key: string | Uint8Array): string {
  if (key instanceof Uint8Array && key.length === CURVE_KEY_BYTES) return z85Encode(key);
  curveKeyBytes(key, 'public');
  return key as string;
}

async function findCertificate(store: ICertificateStore, publicKey: string): Promise<AuthenticationVerdict> {
  const certificate = await store.find(publicKey);
  if (certificate === undefined) return { status: 400, text: 'Unknown key' };
  const metadata = Object.entries(certificate.metadata).filter(
    ([name]) => PROPERTY_NAME.test(name) && !RESERVED.includes(name.toLowerCase()),
  );
  return { status: 200, text: 'OK', metadata: Object.fromEntries(metadata) };
}
