/** Options, events and errors, as the compiler sees them. Never run: `npm run typecheck` is the test. */
import {
  Authenticator,
  Context,
  type ILogger,
  type MonitorEvent,
  type MonitorEventName,
  type SocketEvent,
  SocketOption,
  type SocketOptionsInit,
  SocketType,
  ZmqError,
  type ZmqErrorCode,
} from 'rzmq';
import { type Equal, expectTrue } from './assert.js';

declare const ctx: Context;
declare const logger: ILogger;

export function ofAContext(): void {
  new Context();
  new Context({ defaults: { linger: 0, sendHighWaterMark: 10 }, logger, mailboxCapacity: 10, modules: [] });
  // @ts-expect-error milliseconds are a number
  new Context({ defaults: { linger: 'for ever' } });
  // @ts-expect-error a module is made by contextModule
  new Context({ modules: [{}] });
  // @ts-expect-error a logger has all four levels
  new Context({ logger: { info: () => {} } });
  // @ts-expect-error there is no such setting
  new Context({ ioThreads: 1 });
  ctx.capabilities.io_uring.reason satisfies string;
  // @ts-expect-error it is the probe that says so
  ctx.capabilities.io_uring = { available: true, reason: '' };
  // @ts-expect-error there is no such capability
  ctx.capabilities.rdma satisfies unknown;
}

export function ofANewSocket(): void {
  ctx.socket(SocketType.Dealer, {
    routingId: 'me',
    linger: -1,
    immediate: true,
    heartbeatInterval: 1000,
    metadata: ['X-a:b'],
  });
  ctx.socket(SocketType.Dealer, { routingId: Buffer.from('me'), tcpAcceptFilter: '127.0.0.0/8' });
  // @ts-expect-error zeromq.js has it, and so do we: but not by libzmq's constant
  ctx.socket(SocketType.Push, { SNDHWM: 1 });
  // @ts-expect-error a mark is a number
  ctx.socket(SocketType.Push, { sendHighWaterMark: '10' });
  // @ts-expect-error it is yes or no
  ctx.socket(SocketType.Push, { immediate: 1 });
  // @ts-expect-error a reading is not to be set
  ctx.socket(SocketType.Push, { lastEndpoint: 'tcp://127.0.0.1:1' });
  const init: SocketOptionsInit = {};
  // What a configuration leaves open may be passed on as it is.
  const open = (): number | undefined => undefined;
  ctx.socket(SocketType.Push, { linger: open(), routingId: undefined });
  new Context({ defaults: undefined, logger: undefined, authenticator: undefined, mailboxCapacity: open() });
  new Authenticator({ allow: undefined, plain: undefined, domains: undefined, onDecision: undefined });
  ctx.socket(SocketType.Push, init);
}

export function asProperties(): void {
  const { options } = ctx.socket(SocketType.Router);
  options.linger = 100;
  options.linger satisfies number;
  options.mandatory = true;
  options.routingId = 'text is taken';
  options.routingId satisfies Buffer;
  options.connectRoutingId satisfies Buffer | null;
  options.metadata = ['X-a:b'];
  options.metadata satisfies readonly string[];
  options.events satisfies number;
  // @ts-expect-error it is what is read, not what was written
  options.routingId satisfies string;
  // @ts-expect-error milliseconds are a number
  options.linger = '100';
  // @ts-expect-error there is always a value
  options.linger = null;
  // @ts-expect-error it can only be read
  options.lastEndpoint = 'tcp://127.0.0.1:1';
  // @ts-expect-error it can only be read
  options.type = 1;
  // @ts-expect-error there is no such option
  options.hwm = 1;
}

export async function byNumber(): Promise<void> {
  const socket = ctx.socket(SocketType.Sub);
  await socket.setOption(SocketOption.LINGER, 0);
  await socket.setOption(SocketOption.SUBSCRIBE, 'topic');
  await socket.setOption(SocketOption.SUBSCRIBE, Buffer.from('topic'));
  await socket.setOption(SocketOption.IMMEDIATE, true);
  (await socket.getOption(SocketOption.LINGER)) satisfies number | boolean | string | Buffer | null;
  // @ts-expect-error by number here, not by name
  await socket.setOption('linger', 0);
  // @ts-expect-error an object is no value
  await socket.setOption(SocketOption.LINGER, { milliseconds: 1 });
  // @ts-expect-error there is no such option
  SocketOption.NO_SUCH_OPTION satisfies unknown;
  // @ts-expect-error the numbers are libzmq's
  SocketOption.LINGER = 1;
}

export async function events(): Promise<void> {
  const { events } = ctx.socket(SocketType.Pull);
  events.on('bind', (event) => event satisfies SocketEvent);
  events.once('event', ({ type }) => type satisfies MonitorEventName);
  events.on('disconnect', ({ error }) => error satisfies ZmqError | undefined);
  events.on('connect:retry', ({ interval }) => interval satisfies number | undefined);
  events.off('bind', () => {});
  // @ts-expect-error there is no such event
  events.on('connected', () => {});
  // @ts-expect-error only the socket tells
  events.emit('bind');
  for await (const event of ctx.socket(SocketType.Pull).monitor()) event satisfies SocketEvent;
  expectTrue<Equal<typeof MonitorEvent.LISTENING, 0x0008>>();
}

export function errors(error: unknown): void {
  if (!(error instanceof ZmqError)) return;
  error satisfies Error;
  error.errno satisfies string;
  error.endpoint satisfies string | undefined;
  error.fatal satisfies boolean;
  error.code satisfies ZmqErrorCode;
  if (error.code === 'Timeout') error.cause satisfies unknown;
  // @ts-expect-error there is no such code
  if (error.code === 'TimedOut') return;
  // @ts-expect-error it can only be read
  error.code = 'Timeout';
  new ZmqError('Timeout', 'too late', { endpoint: 'tcp://127.0.0.1:1', fatal: true, cause: error });
  // @ts-expect-error that is an errno, and no code
  new ZmqError('EAGAIN', 'too late');
}
