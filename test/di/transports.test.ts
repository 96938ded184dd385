import { afterEach, describe, expect, test } from '@jest/globals';
import { Context, SocketType, ZmqError } from 'rzmq';
import {
  type ContextModule,
  contextModule,
  InprocTransportToken,
  IpcTransportToken,
  ITransport,
  TcpTransportToken,
} from 'rzmq/plugin';
import { outcome } from '../support/turns.js';
import { MemoryTransport } from './support/memory-transport.js';

const contexts: Context[] = [];

function contextWith(...modules: ContextModule[]): Context {
  const context = new Context({ modules, defaults: { linger: 0 } });
  contexts.push(context);
  return context;
}

afterEach(() => Promise.all(contexts.splice(0).map((context) => context.term())));

/** A request and its reply between two sockets of a Context. */
async function converse(context: Context, endpoint: string): Promise<string> {
  const rep = context.socket(SocketType.Rep);
  const req = context.socket(SocketType.Req);
  await req.connect(await rep.bind(endpoint));
  await req.send('question');
  await rep.send(`${String(await rep.recv())} answered`);
  return String(await req.recv());
}

const adding = (transport: ITransport) => contextModule(({ bind }) => bind(ITransport).toConstantValue(transport));

describe('a transport of a module', () => {
  test('adds a scheme, beside those that there are', async () => {
    const context = contextWith(adding(new MemoryTransport('memory')));
    expect(await converse(context, 'memory://a')).toBe('question answered');
    expect(await converse(context, 'tcp://127.0.0.1:*')).toBe('question answered');
    expect(await converse(context, 'inproc://a')).toBe('question answered');
  });

  test('may serve several schemes', async () => {
    const context = contextWith(adding(new MemoryTransport('one', 'two')));
    expect(await converse(context, 'one://a')).toBe('question answered');
    expect(await converse(context, 'two://b')).toBe('question answered');
  });

  test('has the last word on its endpoints, and its errors reach the caller as they are', async () => {
    const context = contextWith(adding(new MemoryTransport('memory')));
    const socket = context.socket(SocketType.Pull);
    await socket.bind('memory://taken');
    expect(await outcome(socket.bind('memory://a b'))).toBe('InvalidEndpoint');
    expect(await outcome(socket.connect('memory://a b'))).toBe('InvalidEndpoint');
    expect(await outcome(socket.bind('memory://taken'))).toBe('AddrInUse');
    await expect(socket.bind('other://a')).rejects.toThrow(/"other:\/\/".*memory/);
  });

  test('is known only to its own Context', async () => {
    contextWith(adding(new MemoryTransport('memory')));
    expect(await outcome(contextWith().socket(SocketType.Pull).bind('memory://a'))).toBe('UnsupportedTransport');
  });
});

describe('a transport of the package', () => {
  test.each([
    ['tcp', TcpTransportToken],
    ['ipc', IpcTransportToken],
  ])('%s is replaced under its own token', async (scheme, token) => {
    const memory = new MemoryTransport(scheme);
    const context = contextWith(contextModule(({ rebind }) => rebind(token).toConstantValue(memory)));
    expect(await converse(context, `${scheme}://an address that only memory knows`.replaceAll(' ', '-'))).toBe(
      'question answered',
    );
    expect(memory.calls.map((call) => call.split(' ')[0])).toEqual(['listen', 'connect']);
  });

  test('is replaced by one for another scheme: its own is gone', async () => {
    const memory = new MemoryTransport('memory');
    const context = contextWith(contextModule(({ rebind }) => rebind(TcpTransportToken).toConstantValue(memory)));
    expect(await converse(context, 'memory://a')).toBe('question answered');
    expect(await outcome(context.socket(SocketType.Pull).bind('tcp://127.0.0.1:*'))).toBe('UnsupportedTransport');
  });

  test('can be wrapped when it is made', async () => {
    const seen: string[] = [];
    const module = contextModule(({ onActivation }) =>
      onActivation(InprocTransportToken, (_context, inner) => ({
        schemes: inner.schemes,
        check: (...args) => inner.check(...args),
        listen: (...args) => {
          seen.push(`listen ${args[0].endpoint}`);
          return inner.listen(...args);
        },
        connect: (...args) => {
          seen.push(`connect ${args[0].endpoint}`);
          return inner.connect(...args);
        },
      })),
    );
    expect(await converse(contextWith(module), 'inproc://a')).toBe('question answered');
    expect(seen).toEqual(['listen inproc://a', 'connect inproc://a']);
  });
});

describe('two transports for one scheme', () => {
  test.each([
    ['tcp', [adding(new MemoryTransport('tcp'))]],
    ['memory', [adding(new MemoryTransport('memory')), adding(new MemoryTransport('other', 'memory'))]],
    [
      'inproc',
      [contextModule(({ rebind }) => rebind(TcpTransportToken).toConstantValue(new MemoryTransport('inproc')))],
    ],
  ])('fail the constructor of the Context, which names %s', (scheme, modules) => {
    const construct = () => new Context({ modules });
    expect(construct).toThrow(ZmqError);
    expect(construct).toThrow(`"${scheme}"`);
    expect(construct).toThrow(expect.objectContaining({ code: 'InvalidArgument' }));
  });
});
