import { TAG_SIZE } from '../../core/contracts/cipher.js';
import { type ISecretKey, KEY_SIZE } from '../../core/contracts/key-agreement.js';
import type { IMechanism, IMechanismSink, MechanismConfig } from '../../core/contracts/mechanism.js';
import { decodeProperties } from '../../core/properties.js';
import { ProtocolError } from '../../core/protocol-error.js';
import { contentOf, LONG_NONCE_SIZE, NoncePrefix, SHORT_NONCE_SIZE } from './curve-box.js';
import {
  COOKIE_SIZE,
  type CurveServices,
  HELLO,
  INITIATE,
  notGenuine,
  READY,
  shortNonce,
  VOUCH_SIZE,
  WELCOME,
} from './curve-commands.js';
import { CurveTraffic } from './curve-traffic.js';
import { badMetadata, errorCommand, unexpected, violation } from './failures.js';

/** The keys of a CURVE client. */
export interface CurveClientKeys {
  readonly own: ISecretKey;
  /** The server's public key, by which the client knows it. */
  readonly server: Buffer;
}

/**
 * The client's side of CURVE (RFC 26): HELLO, WELCOME, INITIATE, READY. It shows its own public key to nobody but the
 * server that it has the key of.
 */
export class CurveClient implements IMechanism {
  public readonly exact: boolean = true;
  private sink: IMechanismSink | null = null;
  private due: 'WELCOME' | 'READY' = 'WELCOME';
  /** The key of this connection. */
  private transient: ISecretKey | null = null;
  /** Shared by our transient key and the server's own: for HELLO and WELCOME. */
  private helloKey: Buffer | undefined = undefined;
  /** Shared by both transient keys: for all that follows. */
  private sessionKey: Buffer | undefined = undefined;
  private traffic: CurveTraffic | null = null;

  public constructor(
    private readonly config: MechanismConfig,
    private readonly keys: CurveClientKeys,
    private readonly services: CurveServices,
  ) {}

  public get commandLimit(): number {
    return this.due === 'WELCOME' ? WELCOME.BODY_SIZE : READY.BODY_LIMIT;
  }

  public start(sink: IMechanismSink): void {
    this.sink = sink;
    const { agreement, boxes } = this.services;
    const transient = agreement.generate();
    this.transient = transient;
    this.helloKey = transient.shared(this.keys.server);
    if (this.helloKey === undefined) {
      sink.fail(notGenuine("the server's key cannot be one"));
      return;
    }
    const hello = Buffer.alloc(HELLO.SIZE);
    hello[0] = 1;
    transient.publicKey.copy(hello, HELLO.KEY_AT);
    const nonce = shortNonce(1);
    nonce.copy(hello, HELLO.NONCE_AT);
    const box = { buffer: hello, at: HELLO.BOX_AT, size: HELLO.CONTENT_SIZE };
    boxes.seal(this.helloKey, NoncePrefix.HELLO, nonce, box);
    sink.sendCommand('HELLO', hello);
  }

  public onCommand(name: string, data: Buffer): void {
    const sink = this.sink;
    if (sink === null) return;
    if (name === 'ERROR') sink.fail(errorCommand(data));
    else if (name !== this.due) sink.fail(unexpected(name, this.due));
    else if (name === 'WELCOME') this.onWelcome(sink, data);
    else this.onReady(sink, data);
  }

  public close(): void {
    this.sink = null;
    this.forgetHandshake();
    this.sessionKey?.fill(0);
    this.traffic?.close();
  }

  private onWelcome(sink: IMechanismSink, data: Buffer): void {
    if (data.length !== WELCOME.SIZE) {
      sink.fail(violation('WELCOME has not its size', ProtocolError.ZMTP_MALFORMED_COMMAND_WELCOME));
      return;
    }
    const nonce = data.subarray(0, LONG_NONCE_SIZE);
    const box = { buffer: data, at: LONG_NONCE_SIZE, size: WELCOME.CONTENT_SIZE };
    if (!this.services.boxes.open(this.helloKey!, NoncePrefix.WELCOME, nonce, box)) {
      sink.fail(notGenuine('WELCOME is not of the server whose key we have'));
      return;
    }
    const content = contentOf(box);
    const server = content.subarray(0, KEY_SIZE);
    this.sessionKey = this.transient!.shared(server);
    const vouchKey = this.keys.own.shared(server);
    if (this.sessionKey === undefined || vouchKey === undefined) {
      sink.fail(notGenuine("the server's transient key cannot be one"));
      return;
    }
    this.due = 'READY';
    sink.sendCommand('INITIATE', this.initiate(this.sessionKey, vouchKey, content.subarray(KEY_SIZE)));
    vouchKey.fill(0);
    this.forgetHandshake();
  }

  /** Who we are, and that it is us: our own key vouches for the transient one, to this server only. */
  private initiate(sessionKey: Buffer, vouchKey: Buffer, cookie: Buffer): Buffer {
    const { config, keys, services, transient } = this;
    const { boxes, random } = services;
    const { metadata } = config;
    const command = Buffer.alloc(INITIATE.METADATA_AT + metadata.length);
    cookie.copy(command, 0, 0, COOKIE_SIZE);
    const nonce = shortNonce(2);
    nonce.copy(command, INITIATE.NONCE_AT);
    keys.own.publicKey.copy(command, INITIATE.KEY_AT);
    const vouchNonce = random.bytes(LONG_NONCE_SIZE);
    vouchNonce.copy(command, INITIATE.VOUCH_NONCE_AT);
    transient!.publicKey.copy(command, INITIATE.VOUCH_AT + TAG_SIZE);
    keys.server.copy(command, INITIATE.VOUCH_AT + TAG_SIZE + KEY_SIZE);
    metadata.copy(command, INITIATE.METADATA_AT);
    const vouch = { buffer: command, at: INITIATE.VOUCH_AT, size: VOUCH_SIZE };
    boxes.seal(vouchKey, NoncePrefix.VOUCH, vouchNonce, vouch);
    const box = { buffer: command, at: INITIATE.BOX_AT, size: command.length - INITIATE.KEY_AT };
    boxes.seal(sessionKey, NoncePrefix.INITIATE, nonce, box);
    return command;
  }

  private onReady(sink: IMechanismSink, data: Buffer): void {
    if (data.length < READY.CONTENT_AT) {
      sink.fail(violation('READY is too short', ProtocolError.ZMTP_MALFORMED_COMMAND_READY));
      return;
    }
    const key = this.sessionKey!;
    const nonce = Buffer.from(data.subarray(0, SHORT_NONCE_SIZE));
    const box = { buffer: data, at: SHORT_NONCE_SIZE, size: data.length - READY.CONTENT_AT };
    if (!this.services.boxes.open(key, NoncePrefix.READY, nonce, box)) {
      sink.fail(notGenuine('READY is not genuine'));
      return;
    }
    const properties = decodeProperties(contentOf(box));
    if (properties === undefined) {
      sink.fail(badMetadata('READY'));
      return;
    }
    this.traffic = new CurveTraffic(this.services.cipher, {
      key,
      sendPrefix: NoncePrefix.MESSAGE_OF_CLIENT,
      receivePrefix: NoncePrefix.MESSAGE_OF_SERVER,
      sent: 2,
      received: nonce,
    });
    key.fill(0);
    sink.complete(properties, undefined, this.traffic);
  }

  private forgetHandshake(): void {
    this.helloKey?.fill(0);
    this.helloKey = undefined;
    this.transient?.close();
  }
}
