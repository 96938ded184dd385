import { timingSafeEqual } from 'node:crypto';
import type { AuthenticationReply } from '../../core/contracts/authentication.js';
import { TAG_SIZE } from '../../core/contracts/cipher.js';
import { type ISecretKey, KEY_SIZE } from '../../core/contracts/key-agreement.js';
import type { IMechanism, IMechanismSink, MechanismConfig, Properties } from '../../core/contracts/mechanism.js';
import type { ZmqError } from '../../core/errors.js';
import { decodeProperties } from '../../core/properties.js';
import { ProtocolError } from '../../core/protocol-error.js';
import { type Admission, type IAdmissionEnd, verifiedProperties } from './admission.js';
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
import { badMetadata, errorData, unexpected, violation } from './failures.js';

/**
 * The server's side of CURVE (RFC 26). Until the client has proved that it knows our public key, it costs us nothing but
 * its HELLO; until it has proved who it is, two keys and a cookie.
 *
 * The cookie is random and kept with the connection: RFC 26 has the server forget everything until the client brings the
 * cookie back, which makes no difference where the connection itself is kept (libzmq). The client cannot tell.
 */
export class CurveServer implements IMechanism, IAdmissionEnd {
  public readonly exact: boolean = true;
  private sink: IMechanismSink | null = null;
  /** `null` while the peer has nothing to say: no name that it could send may stand for that. */
  private due: 'HELLO' | 'INITIATE' | null = 'HELLO';
  private clientTransient: Buffer | null = null;
  private transient: ISecretKey | null = null;
  private cookie: Buffer | null = null;
  /** The key of ours that the client has, as its vouch must say. */
  private meant: ISecretKey | null = null;
  private sessionKey: Buffer | undefined = undefined;
  /** The nonce of INITIATE: those of the messages are greater. */
  private received: Buffer | null = null;
  private peer: Properties | null = null;
  private traffic: CurveTraffic | null = null;

  /** @param own the keys that clients may know this server by: one, or more while they change. */
  public constructor(
    private readonly config: MechanismConfig,
    private readonly own: readonly ISecretKey[],
    private readonly services: CurveServices,
    private readonly admission: Admission,
    private readonly unasked: () => void,
  ) {}

  public get commandLimit(): number {
    return this.due === 'INITIATE' ? INITIATE.BODY_LIMIT : HELLO.BODY_SIZE;
  }

  public start(sink: IMechanismSink): void {
    this.sink = sink;
  }

  public onCommand(name: string, data: Buffer): void {
    const sink = this.sink;
    if (sink === null) return;
    if (name !== this.due) sink.fail(unexpected(name, this.due ?? 'nothing'));
    else if (name === 'HELLO') this.onHello(sink, data);
    else this.onInitiate(sink, data);
  }

  public close(): void {
    this.sink = null;
    this.admission.cancel();
    this.forgetHandshake();
    this.sessionKey?.fill(0);
    this.traffic?.close();
  }

  public admitted(reply: AuthenticationReply | undefined): void {
    const { sink, services } = this;
    if (sink === null) return;
    if (reply === undefined) this.unasked();
    const key = this.sessionKey!;
    const { metadata } = this.config;
    const nonce = shortNonce(1);
    const ready = Buffer.alloc(READY.CONTENT_AT + metadata.length);
    nonce.copy(ready);
    metadata.copy(ready, READY.CONTENT_AT);
    const box = { buffer: ready, at: SHORT_NONCE_SIZE, size: metadata.length };
    services.boxes.seal(key, NoncePrefix.READY, nonce, box);
    sink.sendCommand('READY', ready);
    this.traffic = new CurveTraffic(services.cipher, {
      key,
      sendPrefix: NoncePrefix.MESSAGE_OF_SERVER,
      receivePrefix: NoncePrefix.MESSAGE_OF_CLIENT,
      sent: 1,
      received: this.received!,
    });
    key.fill(0);
    sink.complete(this.peer!, verifiedProperties(reply), this.traffic);
  }

  public refused(error: ZmqError, status: number | undefined): void {
    if (status !== undefined) this.sink?.sendCommand('ERROR', errorData(status));
    this.sink?.fail(error);
  }

  private onHello(sink: IMechanismSink, data: Buffer): void {
    if (data.length !== HELLO.SIZE || data[0] !== 1 || !data.subarray(1, HELLO.KEY_AT).every((octet) => octet === 0)) {
      sink.fail(violation('HELLO is malformed', ProtocolError.ZMTP_MALFORMED_COMMAND_HELLO));
      return;
    }
    const client = Buffer.from(data.subarray(HELLO.KEY_AT, HELLO.NONCE_AT));
    const helloKey = this.openHello(client, data);
    if (helloKey === undefined) {
      sink.fail(notGenuine('HELLO was not made with our public key'));
      return;
    }
    this.clientTransient = client;
    this.due = 'INITIATE';
    sink.sendCommand('WELCOME', this.welcome(helloKey));
    helloKey.fill(0);
  }

  /** Which of our keys the client has, told by the one that opens its box. */
  private openHello(client: Buffer, data: Buffer): Buffer | undefined {
    const nonce = data.subarray(HELLO.NONCE_AT, HELLO.BOX_AT);
    const box = { buffer: data, at: HELLO.BOX_AT, size: HELLO.CONTENT_SIZE };
    for (const own of this.own) {
      const key = own.shared(client);
      if (key !== undefined && this.services.boxes.open(key, NoncePrefix.HELLO, nonce, box)) {
        this.meant = own;
        return key;
      }
      key?.fill(0);
    }
    return undefined;
  }

  private welcome(helloKey: Buffer): Buffer {
    const { agreement, random, boxes } = this.services;
    this.transient = agreement.generate();
    this.cookie = random.bytes(COOKIE_SIZE);
    const welcome = Buffer.alloc(WELCOME.SIZE);
    const nonce = random.bytes(LONG_NONCE_SIZE);
    nonce.copy(welcome);
    const box = { buffer: welcome, at: LONG_NONCE_SIZE, size: WELCOME.CONTENT_SIZE };
    const content = contentOf(box);
    this.transient.publicKey.copy(content);
    this.cookie.copy(content, KEY_SIZE);
    boxes.seal(helloKey, NoncePrefix.WELCOME, nonce, box);
    return welcome;
  }

  private onInitiate(sink: IMechanismSink, data: Buffer): void {
    if (data.length < INITIATE.METADATA_AT) {
      sink.fail(violation('INITIATE is too short', ProtocolError.ZMTP_MALFORMED_COMMAND_INITIATE));
      return;
    }
    const problem = this.readInitiate(data);
    this.forgetHandshake();
    if (problem !== undefined) {
      sink.fail(problem);
      return;
    }
    this.due = null;
    const client = Buffer.from(data.subarray(INITIATE.KEY_AT, INITIATE.VOUCH_NONCE_AT));
    this.admission.ask([client], this);
  }

  /** Opens and checks everything, in libzmq's order. Answers what is wrong. */
  private readInitiate(data: Buffer): ZmqError | undefined {
    const { boxes } = this.services;
    const transient = this.transient!;
    if (!timingSafeEqual(data.subarray(0, COOKIE_SIZE), this.cookie!)) {
      return notGenuine('INITIATE has not the cookie that it was given');
    }
    this.sessionKey = transient.shared(this.clientTransient!);
    const nonce = Buffer.from(data.subarray(INITIATE.NONCE_AT, INITIATE.BOX_AT));
    const box = { buffer: data, at: INITIATE.BOX_AT, size: data.length - INITIATE.KEY_AT };
    if (this.sessionKey === undefined || !boxes.open(this.sessionKey, NoncePrefix.INITIATE, nonce, box)) {
      return notGenuine('INITIATE is not genuine');
    }
    this.received = nonce;
    const vouchKey = transient.shared(data.subarray(INITIATE.KEY_AT, INITIATE.VOUCH_NONCE_AT));
    const vouch = { buffer: data, at: INITIATE.VOUCH_AT, size: VOUCH_SIZE };
    const vouchNonce = data.subarray(INITIATE.VOUCH_NONCE_AT, INITIATE.VOUCH_AT);
    const genuine = vouchKey !== undefined && boxes.open(vouchKey, NoncePrefix.VOUCH, vouchNonce, vouch);
    vouchKey?.fill(0);
    if (!genuine) return notGenuine('the key that the client shows is not its own');
    const content = data.subarray(INITIATE.VOUCH_AT + TAG_SIZE, INITIATE.METADATA_AT);
    // libzmq does not look at the second half: the key of the server that the client means.
    const expected = Buffer.concat([this.clientTransient!, this.meant!.publicKey]);
    if (!timingSafeEqual(content, expected)) {
      return violation('the client vouches for another connection', ProtocolError.ZMTP_KEY_EXCHANGE);
    }
    const properties = decodeProperties(data.subarray(INITIATE.METADATA_AT));
    if (properties === undefined) return badMetadata('INITIATE');
    this.peer = properties;
    return undefined;
  }

  private forgetHandshake(): void {
    this.transient?.close();
    this.transient = null;
    this.cookie?.fill(0);
    this.cookie = null;
  }
}
