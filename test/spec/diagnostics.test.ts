import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { afterEach, describe, expect, test } from '@jest/globals';
import { DiagnosticsChannel, type DiagnosticsMessage } from 'rzmq';
import { until, useGround } from '../support/spec-ground.js';
import { TCP, TRANSPORTS } from '../support/spec-transports.js';

describe.each(TRANSPORTS)('diagnostics channels over $name', (transport) => {
  const ground = useGround();
  const cleanUps: (() => void)[] = [];
  afterEach(() => {
    for (const cleanUp of cleanUps.splice(0)) cleanUp();
  });

  /** What all channels tell from now on. */
  function listen(): string[] {
    const heard: string[] = [];
    for (const name of Object.values(DiagnosticsChannel)) {
      const onMessage = (message: unknown): void => {
        const { socket, event } = message as DiagnosticsMessage;
        heard.push(`${name} ${socket.type} ${event?.type ?? ''}`.trim());
      };
      subscribe(name, onMessage);
      cleanUps.push(() => unsubscribe(name, onMessage));
    }
    return heard;
  }

  test('SHALL tell the life of every socket of the process', async () => {
    const heard = listen();
    const [router, dealer] = [ground.socket('ROUTER'), ground.socket('DEALER')];
    await ground.join(transport, router, dealer);
    await router.send(['nobody', 'x']);
    await ground.log(router).nth('dropped');
    await dealer.close();
    await ground.log(router).nth('disconnect');
    await router.close();
    expect(heard.filter((line) => line.includes('ROUTER'))).toEqual([
      'rzmq:socket:create ROUTER',
      'rzmq:bind ROUTER bind',
      'rzmq:accept ROUTER accept',
      'rzmq:handshake ROUTER handshake',
      'rzmq:drop ROUTER dropped',
      'rzmq:disconnect ROUTER disconnect',
      'rzmq:close ROUTER close',
      'rzmq:socket:close ROUTER end',
    ]);
    expect(heard.filter((line) => line.includes('DEALER'))).toEqual([
      'rzmq:socket:create DEALER',
      ...(['tcp', 'ws', 'tls'].includes(transport.name) ? ['rzmq:connect DEALER connect:delay'] : []),
      'rzmq:connect DEALER connect',
      'rzmq:handshake DEALER handshake',
      'rzmq:socket:close DEALER end',
    ]);
  });

  test('SHALL tell the very socket that the application has', async () => {
    const sockets: unknown[] = [];
    const onMessage = (message: unknown): void => void sockets.push((message as DiagnosticsMessage).socket);
    subscribe(DiagnosticsChannel.SOCKET_CREATE, onMessage);
    subscribe(DiagnosticsChannel.BIND, onMessage);
    cleanUps.push(() => unsubscribe(DiagnosticsChannel.SOCKET_CREATE, onMessage));
    cleanUps.push(() => unsubscribe(DiagnosticsChannel.BIND, onMessage));
    const pull = ground.socket('PULL');
    await pull.bind(transport.endpoint());
    expect(sockets).toEqual([pull, pull]);
    expect(sockets[0]).toBe(pull);
  });
});

describe('a subscriber of a diagnostics channel', () => {
  const ground = useGround();

  test('that comes late SHALL hear of sockets that were there, and one that left of nothing', async () => {
    const pull = ground.socket('PULL');
    const heard: string[] = [];
    const onMessage = (message: unknown): void => void heard.push((message as DiagnosticsMessage).event?.type ?? '');
    subscribe(DiagnosticsChannel.BIND, onMessage);
    await pull.bind(TCP.endpoint());
    unsubscribe(DiagnosticsChannel.BIND, onMessage);
    await pull.bind(TCP.endpoint());
    await until(() => ground.log(pull).of('bind').length === 2);
    expect(heard).toEqual(['bind']);
  });
});
