import { beforeEach, describe, expect, it } from '@jest/globals';
import type { AuthenticationReply, AuthenticationRequest } from '../../../src/core/contracts/authentication.js';
import type { IDirectConnection, IDirectEnd } from '../../../src/core/contracts/transport.js';
import type { ZmqError } from '../../../src/core/errors.js';
import { type InMessage, Msg, MsgFlags } from '../../../src/core/msg.js';
import { defaultValues } from '../../../src/core/options/defaults.js';
import { parseEndpoint } from '../../../src/engines/transports/endpoint.js';
import { InprocTransport } from '../../../src/engines/transports/inproc.js';
import { ZapClient } from '../../../src/engines/zap/zap-client.js';
import { ZapHandler } from '../../../src/engines/zap/zap-handler.js';
import { ManualScheduler } from '../../support/manual-scheduler.js';

const REQUEST: AuthenticationRequest = {
  domain: 'global',
  address: '127.0.0.1',
  routingId: Buffer.from('srv'),
  mechanism: 'PLAIN',
  credentials: [Buffer.from('admin'), Buffer.from('secret')],
};

const ACCEPTED: AuthenticationReply = {
  status: 200,
  text: 'OK',
  userId: 'joe',
  metadata: new Map([['Foo', Buffer.from('bar')]]),
};

let scheduler: ManualScheduler;
let inproc: InprocTransport;
let asked: AuthenticationRequest[];
let decide: () => AuthenticationReply | Promise<AuthenticationReply>;
let log: string[];

/** The scheduler is turned by hand, promises turn by themselves. */
async function settle(): Promise<void> {
  for (let i = 0; i < 10; i++) {
    scheduler.settle();
    await Promise.resolve();
  }
}

function startHandler(): void {
  const say = (level: string) => (message: string, facts?: object) => {
    log.push(`${level}: ${message} ${JSON.stringify({ ...facts, error: undefined })}`);
  };
  const logger = { debug: say('debug'), info: say('info'), warn: say('warn'), error: say('error') };
  const authenticate = (request: AuthenticationRequest): AuthenticationReply | Promise<AuthenticationReply> => {
    asked.push(request);
    return decide();
  };
  new ZapHandler(inproc, { authenticate }, logger).start();
}

beforeEach(() => {
  scheduler = new ManualScheduler();
  inproc = new InprocTransport(scheduler);
  asked = [];
  log = [];
  decide = () => ACCEPTED;
});

async function ask(): Promise<(AuthenticationReply | ZmqError)[]> {
  const answers: (AuthenticationReply | ZmqError)[] = [];
  new ZapClient(inproc, scheduler).ask(REQUEST, (answer) => answers.push(answer));
  await settle();
  return answers;
}

describe('the handler of an authenticator', () => {
  it('holds its name from the beginning', async () => {
    startHandler();
    expect(new ZapClient(inproc, scheduler).available).toBe(true);
    const events = { onConnection: () => undefined, onAcceptFailed: () => undefined };
    const second = inproc.listen(parseEndpoint('inproc://zeromq.zap.01'), defaultValues('REP'), events);
    await expect(second).rejects.toMatchObject({ code: 'AddrInUse' });
  });

  it('passes on the question and the answer', async () => {
    startHandler();
    expect(await ask()).toEqual([{ ...ACCEPTED, metadata: new Map([['foo', Buffer.from('bar')]]) }]);
    expect(asked).toEqual([REQUEST]);
    const facts = { domain: 'global', address: '127.0.0.1', mechanism: 'PLAIN', userId: 'joe' };
    expect(log).toEqual([`debug: a peer was authenticated ${JSON.stringify(facts)}`]);
  });

  it('says so in the log when a peer was refused, without its credentials', async () => {
    decide = () => ({ status: 400, text: 'Refused', userId: '', metadata: new Map() });
    startHandler();
    expect(await ask()).toMatchObject([{ status: 400, text: 'Refused' }]);
    const facts = { domain: 'global', address: '127.0.0.1', mechanism: 'PLAIN', status: 400, text: 'Refused' };
    expect(log).toEqual([`info: a peer was refused ${JSON.stringify(facts)}`]);
  });

  it.each<[string, () => unknown]>([
    [
      'throws',
      () => {
        throw new Error('broken');
      },
    ],
    ['rejects', () => Promise.reject(new Error('broken'))],
    ['answers nothing', () => undefined],
    ['answers another status', () => ({ ...ACCEPTED, status: 201 })],
    ['answers no text', () => ({ ...ACCEPTED, text: undefined })],
    ['answers a user that is no text', () => ({ ...ACCEPTED, userId: 7 })],
    ['answers no metadata', () => ({ ...ACCEPTED, metadata: undefined })],
    ['answers metadata that is no bytes', () => ({ ...ACCEPTED, metadata: new Map([['a', 'b']]) })],
    ['names a property wrongly', () => ({ ...ACCEPTED, metadata: new Map([['a b', Buffer.alloc(0)]]) })],
  ])('refuses the peer with 500 when the authenticator %s', async (_, answer) => {
    decide = answer as typeof decide;
    startHandler();
    expect(await ask()).toMatchObject([{ status: 500, userId: '', metadata: new Map() }]);
    expect(log).toEqual([expect.stringMatching(/^error: a peer was refused, because the authenticator failed/)]);
    expect(log.join()).not.toContain('secret');
  });

  it('answers nobody who has gone meanwhile', async () => {
    let resolve: (reply: AuthenticationReply) => void = () => undefined;
    decide = () =>
      new Promise((done) => {
        resolve = done;
      });
    startHandler();
    const answers: unknown[] = [];
    const pending = new ZapClient(inproc, scheduler).ask(REQUEST, (answer) => answers.push(answer));
    await settle();
    pending.cancel();
    await settle();
    resolve(ACCEPTED);
    await settle();
    expect(answers).toEqual([]);
  });
});

/** Somebody who asks by hand. */
class Asker implements IDirectEnd {
  public readonly socketType = 'DEALER';
  public readonly routingId: Buffer = Buffer.alloc(0);
  public readonly gone = false;
  public readonly replies: string[][] = [];
  public closed = false;
  private peer: IDirectEnd | undefined;

  public constructor(connection: IDirectConnection) {
    connection.open(this);
  }

  public onPeer(peer: IDirectEnd): void {
    this.peer = peer;
  }

  public onMessage(message: InMessage): boolean {
    this.replies.push(message.map(String));
    return true;
  }

  public onRoom(): void {}

  public onClosed(): void {
    this.closed = true;
  }

  public ask(...frames: string[]): void {
    const last = frames.length - 1;
    this.peer?.onMessage(frames.map((frame, i) => new Msg(frame, i === last ? 0 : MsgFlags.MORE)) as InMessage);
  }
}

describe('the handler, asked by a DEALER of the user', () => {
  async function asker(): Promise<Asker> {
    startHandler();
    scheduler.settle();
    const end = new Asker(inproc.join('zeromq.zap.01') as IDirectConnection);
    await settle();
    return end;
  }

  it('answers each request with its id', async () => {
    const end = await asker();
    decide = () => ({ ...ACCEPTED, metadata: new Map() });
    end.ask('', '1.0', 'one', 'd', 'a', '', 'NULL');
    end.ask('', '1.0', 'two', 'd', 'a', '', 'NULL');
    await settle();
    expect(end.replies).toEqual([
      ['', '1.0', 'one', '200', 'OK', 'joe', ''],
      ['', '1.0', 'two', '200', 'OK', 'joe', ''],
    ]);
    expect(asked[0]).toEqual({
      domain: 'd',
      address: 'a',
      routingId: Buffer.alloc(0),
      mechanism: 'NULL',
      credentials: [],
    });
  });

  it.each([
    ['too few frames', ['', '1.0', '1', 'd', 'a', '']],
    ['no empty frame', ['x', '1.0', '1', 'd', 'a', '', 'NULL']],
    ['another version', ['', '2.0', '1', 'd', 'a', '', 'NULL']],
    ['one frame', ['hello']],
  ])('closes a connection with %s', async (_, frames) => {
    const end = await asker();
    end.ask(...frames);
    await settle();
    expect([end.closed, end.replies, asked]).toEqual([true, [], []]);
  });
});

describe('the handler, when somebody has its name', () => {
  it('says so in the log', async () => {
    startHandler();
    startHandler();
    await settle();
    expect(log).toEqual([expect.stringMatching(/^error: nobody will be authenticated: the name/)]);
  });
});
