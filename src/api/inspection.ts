import { inspect } from 'node:util';
import type { EndpointInspection, PipeInspection, SocketInspection } from '../core/contracts/inspection.js';
import type { Dropped, QueueStats, TrafficStats } from '../core/stats.js';

/** A Context and all that is in it, at one moment: data for JSON, and text for people. It holds no secrets. */
export class ContextInspection {
  public readonly state: 'open' | 'terminating' | 'terminated';
  public readonly sockets: readonly SocketInspection[];

  public constructor(state: ContextInspection['state'], sockets: readonly SocketInspection[]) {
    this.state = state;
    this.sockets = sockets;
  }

  /** Several lines, without a line break at the end. */
  public toString(): string {
    const head = `Context: ${this.state}, ${count(this.sockets.length, 'socket')}`;
    return [head, ...this.sockets.flatMap(socketLines).map((line) => `  ${line}`)].join('\n');
  }
}

Object.defineProperty(ContextInspection.prototype, inspect.custom, {
  value: function show(this: ContextInspection): string {
    return this.toString();
  },
});

function socketLines(socket: SocketInspection): string[] {
  const { type, state, peers, options, sending, receiving, endpoints, pipes } = socket;
  const waiting = [
    ...(sending > 0 ? [`${count(sending, 'call')} waiting to send`] : []),
    ...(receiving > 0 ? [`${count(receiving, 'call')} waiting to receive`] : []),
  ];
  const changed = Object.entries(options).map(([name, value]) => `${name} ${JSON.stringify(value)}`);
  return [
    `${type}: ${[state, count(peers, 'peer'), ...waiting, traffic(socket)].join(', ')}`,
    ...(changed.length === 0 ? [] : [`  options: ${changed.join(', ')}`]),
    ...endpoints.map((endpoint) => `  ${endpointLine(endpoint)}`),
    ...pipes.map((pipe) => `  ${pipeLine(pipe)}`),
  ];
}

function endpointLine(endpoint: EndpointInspection): string {
  const { role, state, retryIn, failedAttempts = 0, connections, engine, reason, error } = endpoint;
  const facts = [
    state,
    ...(retryIn === undefined ? [] : [`next attempt in ${retryIn} ms`]),
    ...(failedAttempts === 0 ? [] : [count(failedAttempts, 'failed attempt')]),
    ...(role === 'bind' ? [count(connections, 'connection')] : []),
    ...(error === undefined ? [] : [error]),
  ];
  return `${role} ${endpoint.endpoint}: ${facts.join(', ')} [${engine} engine: ${reason}]`;
}

function pipeLine(pipe: PipeInspection): string {
  const { endpoint, connected, peer } = pipe;
  const names = [peer?.socketType, peer?.address, peer?.routingId && JSON.stringify(peer.routingId), peer?.userId];
  const who = names.filter((name) => name !== undefined && name !== '').join(' ');
  return `pipe of ${endpoint}${who === '' ? '' : ` to ${who}`}: ${connected ? 'connected' : 'no peer'}, ${traffic(pipe)}`;
}

function traffic(of: TrafficStats & QueueStats & { readonly dropped: Dropped }): string {
  const lost = Object.entries(of.dropped).map(([reason, messages]) => `${messages} ${reason}`);
  return [
    `in ${count(of.messagesIn, 'message')} ${of.bytesIn} B, ${queued(of.queuedIn, of.queuedBytesIn)}`,
    `out ${count(of.messagesOut, 'message')} ${of.bytesOut} B, ${queued(of.queuedOut, of.queuedBytesOut)}`,
    ...(lost.length === 0 ? [] : [`dropped ${lost.join(', ')}`]),
  ].join('; ');
}

function queued(messages: number, bytes: number): string {
  return messages === 0 ? '0 queued' : `${messages} queued (${bytes} B)`;
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}
