import { beforeEach, describe, expect, it } from '@jest/globals';
import type { AuthenticationReply, AuthenticationRequest } from '../../../src/core/contracts/authentication.js';
import type { IDirectConnection, IDirectEnd, IListener } from '../../../src/core/contracts/transport.js';
import { ZmqError } from '../../../src/core/errors.js';
import { type InMessage, Msg, MsgFlags } from '../../../src/core/msg.js';
import { defaultValues } from '../../../src/core/options/defaults.js';
import { ProtocolError } from '../../../src/core/protocol-error.js';
import { parseEndpoint } from '../../../src/engines/transports/endpoint.js';
import { InprocTransport } from '../../../src/engines/transports/inproc.js';
import { ZapClient } from '../../../src/engines/zap/zap-client.js';
import { ManualScheduler } from '../../support/manual-scheduler.js';
import { vectors } from '../../support/vectors.js';

type Answer = AuthenticationReply | ZmqError;

const REQUEST: AuthenticationRequest = {
  domain: 'global',
  address: '127.0.0.1',
  routingId: Buffer.from('srv'),
  mechanism: 'PLAIN',
  credentials: [Buffer.from('admin'), Buffer.from('secret')],
};

const GOOD = ['', '1.0', '1', '200', 'OK', 'joe', Buffer.from('03466f6f00000003626172', 'hex')];

/** What libzmq asked, and was answered, for one mechanism. */
interface Recorded {
  readonly request_as_seen_by_a_REP_handler: readonly string[];
  readonly reply: readonly string[];
}

const RECORDED = vectors('zap') as { readonly requests: Readonly<Record<string, Recorded>> };

/** The handler's end of one request. */
class HandlerEnd implements IDirectEnd {
  public readonly socketType = 'ROUTER';
  public readonly routingId: Buffer = Buffer.alloc(0);
  public gone = false;
  public request: InMessage | undefined;
  public peer: IDirectEnd | undefined;
  public closed = false;

  public constructor(public readonly connection: IDirectConnection) {
    connection.open(this);
  }

  public onPeer(peer: IDirectEnd): void {
    this.peer = peer;
  }

  public onMessage(message: InMessage): boolean {
    this.request = message;
    return true;
  }

  public onRoom(): void {}

  public onClosed(): void {
    this.closed = true;
  }

  public get frames(): string[] {
    return (this.request ?? []).map(String);
  }

  public reply(frames: readonly (string | Buffer)[]): void {
    const last = frames.length - 1;
    this.peer?.onMessage(frames.map((frame, i) => new Msg(frame, i === last ? 0 : MsgFlags.MORE)) as InMessage);
  }
}

let scheduler: ManualScheduler;
let inproc: InprocTransport;
let client: ZapClient;
let requests: HandlerEnd[];

beforeEach(() => {
  scheduler = new ManualScheduler();
  inproc = new InprocTransport(scheduler);
  client = new ZapClient(inproc, scheduler);
  requests = [];
});

function bindHandler(): Promise<IListener> {
  return inproc.listen(parseEndpoint('inproc://zeromq.zap.01'), defaultValues('ROUTER'), {
    onConnection: (connection) => requests.push(new HandlerEnd(connection as IDirectConnection)),
    onAcceptFailed: () => undefined,
  });
}

/** Asks, and keeps what was answered. */
function ask(request: AuthenticationRequest = REQUEST): { answers: Answer[]; cancel(): void } {
  const answers: Answer[] = [];
  let within = true;
  const pending = client.ask(request, (answer) => {
    expect(within).toBe(false);
    answers.push(answer);
  });
  within = false;
  return { answers, cancel: () => pending.cancel() };
}

function codes(answers: readonly Answer[]): unknown[] {
  return answers.map((answer) => (answer instanceof ZmqError ? [answer.code, answer.errno, answer.fatal] : answer));
}

describe('a ZAP client', () => {
  it('looks its handler up anew each time', async () => {
    expect(client.available).toBe(false);
    const listener = await bindHandler();
    expect(client.available).toBe(true);
    await listener.close();
    expect(client.available).toBe(false);
  });

  it('asks with the frames of RFC 27, in their order', async () => {
    await bindHandler();
    scheduler.settle();
    ask();
    scheduler.settle();
    expect(requests[0]?.frames).toEqual(['', '1.0', '1', 'global', '127.0.0.1', 'srv', 'PLAIN', 'admin', 'secret']);
    expect(requests[0]?.request?.map((frame) => frame.more)).toEqual([...new Array<boolean>(8).fill(true), false]);
  });

  it.each(['NULL', 'PLAIN', 'CURVE (server socket has ROUTING_ID srv)'])(
    'asks for %s with the bytes that libzmq asks with, and reads the reply',
    async (name) => {
      const recorded = RECORDED.requests[name] as Recorded;
      const bytes = recorded.request_as_seen_by_a_REP_handler.map((hex) => Buffer.from(hex, 'hex'));
      const [, , domain, address, routingId, mechanism, ...credentials] = bytes as [Buffer, ...Buffer[]];
      await bindHandler();
      scheduler.settle();
      const { answers } = ask({
        domain: String(domain),
        address: String(address),
        routingId: routingId as Buffer,
        mechanism: String(mechanism),
        credentials,
      });
      scheduler.settle();
      const [handler] = requests as [HandlerEnd];
      expect(handler.request?.slice(1).map((frame) => frame.toString('hex'))).toEqual(
        recorded.request_as_seen_by_a_REP_handler,
      );
      handler.reply(['', ...recorded.reply.map((hex) => Buffer.from(hex, 'hex'))]);
      scheduler.settle();
      const metadata = new Map([['foo', Buffer.from('bar')]]);
      expect(answers).toEqual([{ status: 200, text: 'txt', userId: 'joe', metadata }]);
    },
  );

  it.each([200, 300, 400, 500] as const)('reads a reply with status %i, and leaves', async (status) => {
    await bindHandler();
    scheduler.settle();
    const { answers } = ask();
    scheduler.settle();
    requests[0]?.reply(['', '1.0', '1', String(status), 'text', 'user', '']);
    expect(answers).toEqual([]);
    scheduler.settle();
    expect(answers).toEqual([{ status, text: 'text', userId: 'user', metadata: new Map() }]);
    expect(requests[0]?.closed).toBe(true);
  });

  it('keeps a request for a handler that was bound a moment ago', async () => {
    await bindHandler();
    const { answers } = ask();
    scheduler.settle();
    expect(requests).toHaveLength(1);
    requests[0]?.reply(GOOD);
    scheduler.settle();
    expect(answers).toMatchObject([{ status: 200 }]);
  });

  it.each<[string, readonly (string | Buffer)[], number]>([
    ['without the empty frame', GOOD.slice(1), ProtocolError.ZAP_MALFORMED_REPLY],
    ['with a frame too few', GOOD.slice(0, 6), ProtocolError.ZAP_MALFORMED_REPLY],
    ['with a frame too many', [...GOOD, ''], ProtocolError.ZAP_MALFORMED_REPLY],
    ['with one frame', [''], ProtocolError.ZAP_MALFORMED_REPLY],
    ['with something in its first frame', ['x', ...GOOD.slice(1)], ProtocolError.ZAP_UNSPECIFIED],
    ['of another version', ['', '1.1', ...GOOD.slice(2)], ProtocolError.ZAP_BAD_VERSION],
    ['of a longer version', ['', '1.00', ...GOOD.slice(2)], ProtocolError.ZAP_BAD_VERSION],
    ['to another request', ['', '1.0', '2', ...GOOD.slice(3)], ProtocolError.ZAP_BAD_REQUEST_ID],
    ['with an empty request id', ['', '1.0', '', ...GOOD.slice(3)], ProtocolError.ZAP_BAD_REQUEST_ID],
    ['with status 201', ['', '1.0', '1', '201', ...GOOD.slice(4)], ProtocolError.ZAP_INVALID_STATUS_CODE],
    ['with status 600', ['', '1.0', '1', '600', ...GOOD.slice(4)], ProtocolError.ZAP_INVALID_STATUS_CODE],
    [
      'with a status of four letters',
      ['', '1.0', '1', '2000', ...GOOD.slice(4)],
      ProtocolError.ZAP_INVALID_STATUS_CODE,
    ],
    ['without a status', ['', '1.0', '1', '', ...GOOD.slice(4)], ProtocolError.ZAP_INVALID_STATUS_CODE],
    ['with half a property', [...GOOD.slice(0, 6), Buffer.from([3, 0x46])], ProtocolError.ZAP_INVALID_METADATA],
    ['with a refusal and half a property', ['', '1.0', '1', '400', '', '', 'x'], ProtocolError.ZAP_INVALID_METADATA],
    ['with two faults, the first of which counts', ['', '2.0', '9', '999', '', '', 'x'], ProtocolError.ZAP_BAD_VERSION],
  ])('refuses a reply %s', async (_, reply, detail) => {
    await bindHandler();
    scheduler.settle();
    const { answers } = ask();
    scheduler.settle();
    requests[0]?.reply(reply);
    scheduler.settle();
    expect(codes(answers)).toEqual([['ProtocolViolation', 'EPROTO', true]]);
    expect(answers).toMatchObject([{ detail }]);
    expect(requests[0]?.closed).toBe(true);
  });

  it('says so when nobody is bound', () => {
    const { answers } = ask();
    expect(answers).toEqual([]);
    scheduler.settle();
    expect(codes(answers)).toEqual([['SecurityError', 'EFAULT', false]]);
  });

  it('says so when the handler goes away with the question', async () => {
    await bindHandler();
    scheduler.settle();
    const { answers } = ask();
    scheduler.settle();
    requests[0]?.connection.destroy();
    scheduler.settle();
    expect(codes(answers)).toEqual([['SecurityError', 'EFAULT', false]]);
  });

  it('says so when the handler goes away before it has heard the question', async () => {
    const listener = await bindHandler();
    const { answers } = ask();
    await listener.close();
    scheduler.settle();
    expect(requests).toEqual([]);
    expect(codes(answers)).toEqual([['SecurityError', 'EFAULT', false]]);
  });

  it('says nothing more after it was cancelled, whenever that is', async () => {
    await bindHandler();
    const early = ask();
    early.cancel();
    scheduler.settle();
    const late = ask();
    scheduler.settle();
    requests.at(-1)?.reply(GOOD);
    late.cancel();
    late.cancel();
    scheduler.settle();
    expect([early.answers, late.answers]).toEqual([[], []]);
    expect(requests.every((request) => request.closed)).toBe(true);
    const done = ask();
    scheduler.settle();
    requests.at(-1)?.reply(GOOD);
    scheduler.settle();
    done.cancel();
    expect(done.answers).toHaveLength(1);
  });

  it('takes the first of two replies', async () => {
    await bindHandler();
    scheduler.settle();
    const { answers } = ask();
    scheduler.settle();
    requests[0]?.reply(GOOD);
    requests[0]?.reply(['', '1.0', '1', '400', '', '', '']);
    scheduler.settle();
    expect(answers).toMatchObject([{ status: 200 }]);
  });

  it('has many requests under way, which may be answered in any order', async () => {
    await bindHandler();
    scheduler.settle();
    const asked = ['a', 'b', 'c'].map((domain) => ask({ ...REQUEST, domain }));
    scheduler.settle();
    for (const handler of [...requests].reverse()) {
      handler.reply(['', '1.0', '1', '200', '', `user of ${handler.frames[3] ?? ''}`, '']);
    }
    scheduler.settle();
    const users = asked.flatMap(({ answers }) => answers.map((answer) => (answer as AuthenticationReply).userId));
    expect(users).toEqual(['user of a', 'user of b', 'user of c']);
  });

  it('hands out copies: what a handler keeps is not wiped or read over', async () => {
    await bindHandler();
    scheduler.settle();
    const credential = Buffer.from('secret');
    ask({ ...REQUEST, credentials: [credential] });
    scheduler.settle();
    credential.fill(0);
    expect(requests[0]?.frames.at(-1)).toBe('secret');
  });

  it('finds nobody through a transport that does not know who is bound', () => {
    const { schemes } = inproc;
    const other = new ZapClient(
      {
        schemes,
        check: () => undefined,
        listen: () => Promise.reject(new Error('unused')),
        connect: () => Promise.reject(new Error('unused')),
      },
      scheduler,
    );
    const answers: Answer[] = [];
    expect(other.available).toBe(false);
    other.ask(REQUEST, (answer) => answers.push(answer));
    scheduler.settle();
    expect(codes(answers)).toEqual([['SecurityError', 'EFAULT', false]]);
  });
});
