/** What events, statistics and inspections are. Never run: `npm run typecheck` is the test. */
import {
  type Context,
  type ContextInspection,
  DiagnosticsChannel,
  type DropReason,
  type Metadata,
  MonitorEvent,
  type MonitorEventName,
  type MonitorEvents,
  type PipeStats,
  type SocketEvent,
  type SocketInspection,
  SocketType,
  type ZmqError,
} from 'rzmq';
import { type Equal, expectTrue } from './assert.js';

declare const ctx: Context;
const socket = ctx.socket(SocketType.Router);

type Heard<Name extends MonitorEventName> = MonitorEvents[Name][0];

export function listeners(): void {
  expectTrue<Equal<Heard<'handshake'>['peer'], Metadata>>();
  expectTrue<Equal<Heard<'handshake'>['type'], 'handshake'>>();
  expectTrue<Equal<Heard<'connect:retry'>['interval'], number>>();
  expectTrue<Equal<Heard<'disconnect'>['peer'], Metadata | undefined>>();
  socket.events.on('handshake', ({ peer }) => peer.address satisfies string);
  socket.events.on('connect:retry', ({ interval }) => interval satisfies number);
  socket.events.on('bind:error', ({ error }) => error satisfies ZmqError);
  socket.events.on('dropped', ({ reason, messages }) => [reason satisfies DropReason, messages satisfies number]);
  // @ts-expect-error it has no error when one side just closed
  socket.events.on('disconnect', ({ error }) => error satisfies ZmqError);
  socket.events.on('event', (event) => event satisfies SocketEvent);
  // @ts-expect-error there is no such event
  socket.events.on('connected', () => undefined);
}

export async function observers(): Promise<void> {
  const events = socket.monitor(MonitorEvent.ALL | MonitorEvent.DROPPED);
  events.missed satisfies number;
  for await (const event of events) {
    event.value satisfies number;
    event.interval satisfies number | undefined;
    switch (event.type) {
      case 'connect:retry':
        event.interval satisfies number;
        break;
      case 'handshake':
        event.peer.userId satisfies string | undefined;
        break;
      case 'pipe:stats':
        event.queuedOut satisfies number;
        break;
      default:
        // @ts-expect-error only some events have it
        event.interval satisfies number;
    }
  }
  // @ts-expect-error a mask is a number
  socket.monitor('handshake');
}

export function statistics(): void {
  const { pipes, dropped, bytesIn } = socket.stats();
  pipes satisfies readonly PipeStats[];
  dropped['no-route'] satisfies number | undefined;
  bytesIn satisfies number;
  // @ts-expect-error there is no such reason
  dropped['whim'] satisfies number | undefined;
  socket.publishPipeStats();
}

export function inspections(): void {
  const inspection: ContextInspection = ctx.inspect();
  inspection.toString() satisfies string;
  inspection.sockets satisfies readonly SocketInspection[];
  DiagnosticsChannel.DROP satisfies 'rzmq:drop';
}
