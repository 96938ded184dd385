import type {
  AuthenticationReply,
  AuthenticationRequest,
  IAuthenticationClient,
  PendingAuthentication,
} from '../../src/core/contracts/authentication.js';
import type { ICipher } from '../../src/core/contracts/cipher.js';
import type { IKeyAgreement, ISecretKey } from '../../src/core/contracts/key-agreement.js';
import type { ILogger } from '../../src/core/contracts/logger.js';
import type { IMechanism, IMechanismFactory } from '../../src/core/contracts/mechanism.js';
import type { IRandom } from '../../src/core/contracts/random.js';
import type { ZmqError } from '../../src/core/errors.js';
import type { SocketOptionsInit } from '../../src/core/options/inputs.js';
import { SocketOptions } from '../../src/core/options/socket-options.js';
import { NodeKeyAgreement } from '../../src/engines/crypto/node-keys.js';
import { SecretboxCipher } from '../../src/engines/crypto/secretbox.js';
import { CurveMechanismFactory } from '../../src/engines/mechanisms/curve-factory.js';
import { PlainMechanismFactory } from '../../src/engines/mechanisms/plain-factory.js';
import { NodeRandom } from '../../src/engines/services/node-services.js';
import type { HeartbeatConfig } from '../../src/engines/zmtp/heartbeat.js';
import { ownProperties } from '../../src/engines/zmtp/standard-engine.js';
import { SeededRandom } from './seeded-random.js';
import { TestMachine } from './test-machine.js';

/** A handler of ZAP that a test plays: it keeps the questions until they are answered. */
export class PlayedHandler implements IAuthenticationClient {
  public available = true;
  public readonly asked: AuthenticationRequest[] = [];
  public cancelled = 0;
  private readonly waiting: ((answer: AuthenticationReply | ZmqError) => void)[] = [];

  public ask(
    request: AuthenticationRequest,
    done: (answer: AuthenticationReply | ZmqError) => void,
  ): PendingAuthentication {
    this.asked.push(request);
    this.waiting.push(done);
    return { cancel: () => (this.cancelled += 1) };
  }

  /** Answers the question that has waited for the longest. */
  public answer(status: AuthenticationReply['status'], facts: Partial<AuthenticationReply> = {}): void {
    this.settle({ status, text: '', userId: '', metadata: new Map(), ...facts });
  }

  public settle(answer: AuthenticationReply | ZmqError): void {
    this.waiting.shift()!(answer);
  }
}

/** Nobody to ask. */
export function nobody(): PlayedHandler {
  const handler = new PlayedHandler();
  handler.available = false;
  return handler;
}

/** Hands out prepared bytes, then such of a seed. */
export class ScriptedRandom implements IRandom {
  private readonly rest: SeededRandom = new SeededRandom(1);

  public constructor(private readonly script: Buffer[] = []) {}

  public below(bound: number): number {
    return this.rest.below(bound);
  }

  public bytes(size: number): Buffer {
    const next = this.script.shift() ?? this.rest.bytes(size);
    if (next.length !== size) throw new Error(`the script has ${next.length} bytes where ${size} were asked for`);
    return Buffer.from(next);
  }
}

/** Loading a key takes a millisecond, and the tests use the same few again and again. */
const LOADED = new Map<string, ISecretKey>();

/** X25519 whose new keys are prepared ones, as long as there are some. */
export class ScriptedKeys implements IKeyAgreement {
  private readonly keys: NodeKeyAgreement = new NodeKeyAgreement(new NodeRandom());

  public constructor(private readonly script: Buffer[] = []) {}

  public generate(): ISecretKey {
    const next = this.script.shift();
    return next === undefined ? this.keys.generate() : this.load(next);
  }

  public load(secret: Uint8Array): ISecretKey {
    const name = Buffer.from(secret).toString('hex');
    const key = LOADED.get(name) ?? this.keys.load(secret);
    LOADED.set(name, key);
    return { publicKey: key.publicKey, shared: (peer) => key.shared(peer), close: () => undefined };
  }
}

/** Keeps the warnings. */
export class KeptWarnings implements ILogger {
  public readonly warnings: string[] = [];

  public debug(): void {}
  public info(): void {}
  public error(): void {}

  public warn(message: string): void {
    this.warnings.push(message);
  }
}

export const SERVER_SECRET: Buffer = Buffer.from(Array.from({ length: 32 }, (_unused, i) => i));
export const CLIENT_SECRET: Buffer = Buffer.from(Array.from({ length: 32 }, (_unused, i) => i + 32));
export const publicKeyOf = (secret: Buffer): Buffer => new ScriptedKeys().load(secret).publicKey;

export const CURVE_SERVER: SocketOptionsInit = { curveServer: true, curveSecretKey: SERVER_SECRET };
export const CURVE_CLIENT: SocketOptionsInit = {
  curveServerKey: publicKeyOf(SERVER_SECRET),
  curvePublicKey: publicKeyOf(CLIENT_SECRET),
  curveSecretKey: CLIENT_SECRET,
};

/** What a test may replace. */
export interface SecureOptions {
  readonly socketType?: string;
  readonly remoteAddress?: string;
  readonly agreement?: IKeyAgreement;
  readonly cipher?: ICipher;
  readonly random?: IRandom;
  readonly handler?: PlayedHandler;
  readonly logger?: ILogger;
  readonly strict?: boolean;
  readonly maxMessageSize?: number;
  readonly heartbeat?: Partial<HeartbeatConfig>;
}

/** The mechanism that options ask for, as a Context would make it. */
export function mechanismFor(init: SocketOptionsInit, parts: SecureOptions = {}): readonly [string, IMechanism] {
  const { socketType = 'DEALER', remoteAddress = '192.0.2.1:4321', handler = nobody(), strict = false } = parts;
  const factories: IMechanismFactory[] = [
    new PlainMechanismFactory(handler, strict),
    new CurveMechanismFactory({
      agreement: parts.agreement ?? new ScriptedKeys(),
      cipher: parts.cipher ?? new SecretboxCipher(),
      random: parts.random ?? new NodeRandom(),
      authentication: handler,
      logger: parts.logger ?? new KeptWarnings(),
      strict,
    }),
  ];
  const options = new SocketOptions(socketType, {}, init).snapshot();
  const factory = factories.find((candidate) => candidate.wanted(options))!;
  factory.check?.('bind', options);
  const metadata = ownProperties({ socketType, endpoint: 'tcp://here', options });
  return [factory.name, factory.create({ socketType, options, metadata, remoteAddress })];
}

/** A machine with that mechanism. */
export function secureMachine(init: SocketOptionsInit, parts: SecureOptions = {}): TestMachine {
  return new TestMachine({
    socketType: parts.socketType ?? 'DEALER',
    mechanism: mechanismFor(init, parts),
    maxMessageSize: parts.maxMessageSize ?? -1,
    heartbeat: parts.heartbeat ?? {},
  });
}

/** Carries what both have written to the other, until there is nothing more. `touch` may change it on its way. */
export function carry(
  one: TestMachine,
  other: TestMachine,
  touch: (bytes: Buffer, to: TestMachine) => Buffer = (bytes) => bytes,
): void {
  for (let moved = true; moved; ) {
    const toOther = one.sink.takeWritten();
    const toOne = other.sink.takeWritten();
    moved = toOther.length > 0 || toOne.length > 0;
    if (toOther.length > 0) other.feed(touch(toOther, other));
    if (toOne.length > 0) one.feed(touch(toOne, one));
  }
}
