/** What a proxy is made of, as the compiler sees it. Never run: `npm run typecheck` is the test. */
import {
  type Context,
  type InMessage,
  type ProxyEnd,
  type ProxyOptions,
  type ProxySocket,
  type ProxyStatistics,
  type ProxyTraffic,
  proxy,
  SocketType,
  type SteerableProxy,
} from 'rzmq';
import { type Equal, expectTrue } from './assert.js';

declare const ctx: Context;

export async function steering(): Promise<void> {
  const running: SteerableProxy = proxy(ctx.socket(SocketType.Router), ctx.socket(SocketType.Dealer));
  running.pause();
  running.resume();
  running.state satisfies 'running' | 'paused' | 'ended';
  const statistics: ProxyStatistics = running.statistics();
  statistics.frontend satisfies ProxyTraffic;
  statistics.backend.bytesSent satisfies number;
  statistics.unroutable satisfies number;
  // @ts-expect-error they are counted by the proxy
  statistics.unroutable = 0;
  const end: ProxyEnd = await running.terminate();
  (await running.ended) satisfies ProxyEnd;
  end.undelivered satisfies readonly InMessage[];
  expectTrue<Equal<ProxyEnd['reason'], 'terminated' | 'aborted' | 'closed'>>();
  await running[Symbol.asyncDispose]();
  // @ts-expect-error it is the proxy that says so
  running.state = 'paused';
}

export function roles(): void {
  const [xsub, xpub] = [ctx.socket(SocketType.XSub), ctx.socket(SocketType.XPub)];
  xsub satisfies ProxySocket;
  proxy(xsub, xpub, { capture: ctx.socket(SocketType.Pub), control: ctx.socket(SocketType.Pair) });
  proxy(xsub, xpub, { capture: ctx.socket(SocketType.Push), control: ctx.socket(SocketType.Rep) });
  proxy(xsub, xpub, { control: ctx.socket(SocketType.Sub), signal: new AbortController().signal });
  const none: ProxyOptions = { capture: undefined, control: undefined, signal: undefined };
  proxy(xsub, xsub, none);
  // @ts-expect-error a SUB cannot be sent to
  proxy(xsub, xpub, { capture: ctx.socket(SocketType.Sub) });
  // @ts-expect-error a PUB receives no commands
  proxy(xsub, xpub, { control: ctx.socket(SocketType.Pub) });
  // @ts-expect-error there are two sides
  proxy(xsub);
}
