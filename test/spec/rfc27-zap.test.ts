import { describe, expect, it } from '@jest/globals';
import {
  type AuthenticationReply,
  type AuthenticationRequest,
  Authenticator,
  Context,
  type IAuthenticator,
  type InMessage,
  type OutMessage,
  ZmqError,
} from 'rzmq';
import { contextModule, IAuthenticationClient, IAuthenticator as IAuthenticatorToken } from 'rzmq/plugin';

const ENDPOINT = 'inproc://zeromq.zap.01';

const REQUEST: AuthenticationRequest = {
  domain: 'global',
  address: '127.0.0.1',
  routingId: Buffer.from('srv'),
  mechanism: 'PLAIN',
  credentials: [Buffer.from('admin'), Buffer.from('secret')],
};

const FRAMES = ['1.0', '1', 'global', '127.0.0.1', 'srv', 'PLAIN', 'admin', 'secret'];

/** A Context, and the means by which its sessions ask. */
class ZapGround {
  public readonly context: Context;
  private client: IAuthenticationClient | undefined;

  public constructor(authenticator?: IAuthenticator) {
    const spy = contextModule(({ onActivation }) => {
      onActivation(IAuthenticationClient, (_, client) => {
        this.client = client;
        return client;
      });
    });
    this.context = new Context({
      modules: [spy],
      defaults: { linger: 0 },
      ...(authenticator === undefined ? {} : { authenticator }),
    });
  }

  public get asks(): IAuthenticationClient {
    if (this.client === undefined) throw new Error('the Context has made no client of ZAP');
    return this.client;
  }

  public ask(request: AuthenticationRequest = REQUEST): Promise<AuthenticationReply | ZmqError> {
    return new Promise((resolve) => {
      this.asks.ask(request, resolve);
    });
  }
}

async function onGround<T>(ground: ZapGround, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } finally {
    await ground.context.term();
  }
}

function texts(message: InMessage): string[] {
  return message.map(String);
}

function code(answer: AuthenticationReply | ZmqError): unknown {
  return answer instanceof ZmqError ? answer.errno : answer.status;
}

describe('RFC 27: the handler is a REP or a ROUTER that is bound to inproc://zeromq.zap.01', () => {
  it('a REP receives a request without the empty frame, and replies without it', async () => {
    const ground = new ZapGround();
    await onGround(ground, async () => {
      const handler = ground.context.socket('REP');
      await handler.bind(ENDPOINT);
      const answer = ground.ask();
      expect(texts(await handler.recvMultipart())).toEqual(FRAMES);
      await handler.send(['1.0', '1', '200', 'OK', 'joe', '']);
      expect(await answer).toEqual({ status: 200, text: 'OK', userId: 'joe', metadata: new Map() });
    });
  });

  it('a ROUTER receives the routing id and the empty frame first, and sends both back', async () => {
    const ground = new ZapGround();
    await onGround(ground, async () => {
      const handler = ground.context.socket('ROUTER');
      await handler.bind(ENDPOINT);
      const answer = ground.ask();
      const [id, delimiter, ...frames] = await handler.recvMultipart();
      expect([id?.size, delimiter?.size, frames.map(String)]).toEqual([5, 0, FRAMES]);
      await handler.send([id, '', '1.0', '1', '400', 'no', '', ''] as OutMessage);
      expect(await answer).toMatchObject({ status: 400, text: 'no' });
    });
  });

  it('a REP serves one request after the other, however many wait', async () => {
    const ground = new ZapGround();
    await onGround(ground, async () => {
      const handler = ground.context.socket('REP', { receiveHighWaterMark: 1, sendHighWaterMark: 1 });
      await handler.bind(ENDPOINT);
      const answers = Array.from({ length: 50 }, (_, i) => ground.ask({ ...REQUEST, domain: `d${i}` }));
      for (let i = 0; i < answers.length; i++) {
        const domain = String((await handler.recvMultipart())[2]);
        await handler.send(['1.0', '1', '200', '', domain, '']);
      }
      const users = (await Promise.all(answers)).map((answer) => (answer as AuthenticationReply).userId);
      expect(users).toEqual(Array.from({ length: 50 }, (_, i) => `d${i}`));
    });
  });

  it('a ROUTER may reply in any order', async () => {
    const ground = new ZapGround();
    await onGround(ground, async () => {
      const handler = ground.context.socket('ROUTER');
      await handler.bind(ENDPOINT);
      const answers = ['a', 'b', 'c'].map((domain) => ground.ask({ ...REQUEST, domain }));
      const requests: InMessage[] = [];
      for (const _ of answers) requests.push(await handler.recvMultipart());
      for (const [id, , , , domain] of requests.reverse()) {
        await handler.send([id, '', '1.0', '1', '200', '', domain, ''] as OutMessage);
      }
      const users = (await Promise.all(answers)).map((answer) => (answer as AuthenticationReply).userId);
      expect(users).toEqual(['a', 'b', 'c']);
    });
  });

  it('is looked up at each handshake', async () => {
    const ground = new ZapGround();
    await onGround(ground, async () => {
      expect(ground.asks.available).toBe(false);
      expect(code(await ground.ask())).toBe('EFAULT');
      const handler = ground.context.socket('REP');
      await handler.bind(ENDPOINT);
      expect(ground.asks.available).toBe(true);
      await handler.unbind(ENDPOINT);
      expect(ground.asks.available).toBe(false);
      await handler.bind(ENDPOINT);
      const answer = ground.ask();
      await handler.recvMultipart();
      await handler.send(['1.0', '1', '300', '', '', '']);
      expect(code(await answer)).toBe(300);
    });
  });

  it('that closes with a request in its hands has failed it', async () => {
    const ground = new ZapGround();
    await onGround(ground, async () => {
      const handler = ground.context.socket('REP');
      await handler.bind(ENDPOINT);
      const answers = [ground.ask(), ground.ask()];
      await handler.recvMultipart();
      await handler.close();
      expect((await Promise.all(answers)).map(code)).toEqual(['EFAULT', 'EFAULT']);
    });
  });

  it('that is of another socket type has failed the request', async () => {
    const ground = new ZapGround();
    await onGround(ground, async () => {
      await ground.context.socket('PULL').bind(ENDPOINT);
      expect(code(await ground.ask())).toBe('EFAULT');
    });
  });

  it('that replies without sense ends the handshake with the code of the fault', async () => {
    const ground = new ZapGround();
    await onGround(ground, async () => {
      const handler = ground.context.socket('REP');
      await handler.bind(ENDPOINT);
      const answer = ground.ask();
      await handler.recvMultipart();
      await handler.send('?');
      expect(await answer).toMatchObject({ code: 'ProtocolViolation', detail: 0x2000_0001 });
    });
  });

  it('is not asked any more after the Context has ended', async () => {
    const ground = new ZapGround();
    const handler = ground.context.socket('REP');
    await handler.bind(ENDPOINT);
    const answer = ground.ask();
    await ground.context.term();
    expect(code(await answer)).toBe('EFAULT');
    expect(ground.asks.available).toBe(false);
  });
});

describe('An Authenticator is the handler of its Context', () => {
  it('from the first moment on, and answers', async () => {
    const ground = new ZapGround(new Authenticator({ plain: { admin: 'secret' } }));
    await onGround(ground, async () => {
      expect(ground.asks.available).toBe(true);
      expect(await ground.ask()).toMatchObject({ status: 200, userId: 'admin' });
      expect(await ground.ask({ ...REQUEST, mechanism: 'NULL', credentials: [] })).toMatchObject({ status: 400 });
    });
  });

  it('beside which no other handler can be bound', async () => {
    const ground = new ZapGround(new Authenticator());
    await onGround(ground, async () => {
      await expect(ground.context.socket('REP').bind(ENDPOINT)).rejects.toMatchObject({
        code: 'AddrInUse',
        endpoint: ENDPOINT,
      });
    });
  });

  it('and may serve several Contexts', async () => {
    const authenticator = new Authenticator({ plain: { admin: 'secret' } });
    const grounds = [new ZapGround(authenticator), new ZapGround(authenticator)];
    for (const ground of grounds) {
      await onGround(ground, async () => expect(await ground.ask()).toMatchObject({ status: 200 }));
    }
  });

  it('or a module has brought it', async () => {
    const decided: string[] = [];
    const mine: IAuthenticator = {
      authenticate: ({ domain }) => {
        decided.push(domain);
        return { status: 300, text: '', userId: '', metadata: new Map() };
      },
    };
    const module = contextModule(({ bind }) => bind(IAuthenticatorToken).toConstantValue(mine));
    const context = new Context({ modules: [module] });
    await expect(context.socket('REP').bind(ENDPOINT)).rejects.toMatchObject({ code: 'AddrInUse' });
    await context.term();
    const other = contextModule(({ bind }) => bind(IAuthenticatorToken).toConstantValue(new Authenticator()));
    expect(() => new Context({ modules: [module, other] })).toThrow(
      expect.objectContaining({ code: 'InvalidArgument', message: expect.stringContaining('IAuthenticator') }),
    );
    const chosen = new ZapGround(mine);
    await onGround(chosen, async () => expect(code(await chosen.ask())).toBe(300));
    expect(decided).toEqual(['global']);
  });

  it.each([[null], [7], [{}], [() => true]])('which %p is not', (authenticator) => {
    expect(() => new Context({ authenticator } as never)).toThrow(expect.objectContaining({ code: 'InvalidArgument' }));
  });
});
