import { describe, expect, it } from '@jest/globals';
import { defaultOptions, type ITransport } from 'rzmq/plugin';
import { transportOf } from 'rzmq/testing';
import { tls } from 'rzmq/tls';
import { websocket } from 'rzmq/ws';
import { TLS_SETTINGS } from '../support/certificates.js';

const options = defaultOptions('PAIR');

describe.each([
  ['ws', () => websocket()],
  ['wss', () => websocket({ tls: TLS_SETTINGS })],
  ['tls', () => tls(TLS_SETTINGS)],
])('%s', (scheme, module) => {
  it('can be bound at once', async () => {
    const transport: ITransport = transportOf(scheme, [module()]);
    const accepted: string[] = [];
    const address = '127.0.0.1:0';
    const listener = transport.listenNow?.({ scheme, address, endpoint: `${scheme}://${address}` }, options, {
      onConnection: (connection) => {
        accepted.push(connection.remoteAddress);
        connection.destroy();
      },
      onAcceptFailed: (error) => accepted.push(error.message),
    });
    const endpoint = listener?.endpoint ?? '';
    expect(endpoint).toMatch(/:\d+\/?$/);
    const connection = await transport.connect(
      { scheme, address: endpoint.slice(scheme.length + 3), endpoint },
      options,
      new AbortController().signal,
    );
    const local = connection.localAddress;
    while (accepted.length === 0) await new Promise((resolve) => setImmediate(resolve));
    connection.destroy();
    expect(accepted).toEqual([local]);
    await listener?.close();
  });
});
