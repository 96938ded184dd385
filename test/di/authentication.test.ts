import { afterEach, describe, expect, it } from '@jest/globals';
import { type AuthenticationRequest, Context, type ContextModule } from 'rzmq';
import { contextModule, IAuthenticationClient, IAuthenticator, InprocTransportToken } from 'rzmq/plugin';

const PLAIN = { plainUsername: 'joe', plainPassword: 'secret' };
let context: Context | undefined;

afterEach(async () => {
  await context?.term();
  context = undefined;
});

/** What a PLAIN server learns of a client, in a Context with that module. */
async function userOf(module: ContextModule): Promise<string | undefined> {
  context = new Context({ modules: [module], defaults: { linger: 0 } });
  const pull = context.socket('PULL', { plainServer: true });
  const push = context.socket('PUSH', PLAIN);
  await push.connect(await pull.bind('tcp://127.0.0.1:0'));
  await push.send('hello');
  return (await pull.recv()).peer?.userId;
}

describe('a module', () => {
  it('brings an authenticator', async () => {
    const asked: AuthenticationRequest[] = [];
    const module = contextModule(({ bind }) => {
      bind(IAuthenticator).toConstantValue({
        authenticate: (request) => {
          asked.push(request);
          return { status: 200, text: '', userId: 'by a module', metadata: new Map() };
        },
      });
    });
    expect(await userOf(module)).toBe('by a module');
    expect(asked).toMatchObject([
      { mechanism: 'PLAIN', credentials: ['joe', 'secret'].map((text) => Buffer.from(text)) },
    ]);
  });

  it('replaces ZAP', async () => {
    const module = contextModule(({ rebind }) => {
      rebind(IAuthenticationClient).toConstantValue({
        available: true,
        ask: (_, done) => {
          const timer = setImmediate(() => done({ status: 200, text: '', userId: 'without ZAP', metadata: new Map() }));
          return { cancel: () => clearImmediate(timer) };
        },
      });
    });
    expect(await userOf(module)).toBe('without ZAP');
  });

  it('that replaces inproc by a transport without `join` leaves nobody to ask, and nobody is let in', async () => {
    const module = contextModule(({ onActivation }) => {
      onActivation(InprocTransportToken, (_, { schemes, check, listen, connect }) => ({
        schemes,
        check,
        listen,
        connect,
      }));
    });
    context = new Context({ modules: [module], defaults: { linger: 0 } });
    const pull = context.socket('PULL', { plainServer: true });
    const failed = new Promise((resolve) => pull.events.once('handshake:error:other', resolve));
    const push = context.socket('PUSH', PLAIN);
    await push.connect(await pull.bind('tcp://127.0.0.1:0'));
    expect(await failed).toMatchObject({ error: { errno: 'EFAULT' } });
  });
});
