import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Context, SocketType } from 'rzmq';
import { FakeSocket, FakeSockets, Simulation } from 'rzmq/testing';
import { Application } from '../../examples/nest/nest.js';
import { PRICE_SOCKET, PriceService, priceProviders } from '../../examples/nest/price-service.js';

describe('PriceService, with a fake in the place of its socket', () => {
  let fakes: FakeSockets;
  let application: Application;

  beforeEach(async () => {
    fakes = new FakeSockets();
    application = await new Application(priceProviders({ modules: [fakes.module] })).init();
  });
  afterEach(() => application.close());

  it('connects, asks, and answers the price', async () => {
    fakes.of('REQ').receives('995');
    expect(await application.get(PriceService).priceOf('apple')).toBe(995);
    expect([...fakes.of('REQ').connected]).toEqual(['tcp://prices:5555']);
    expect(fakes.of('REQ').sent.map(({ text }) => text)).toEqual([['apple']]);
  });

  it('passes on what is no time-out', async () => {
    fakes.of('REQ').fails('send', 'ContextTerminated');
    await expect(application.get(PriceService).priceOf('apple')).rejects.toMatchObject({ code: 'ContextTerminated' });
  });

  it('closes its socket with the application', async () => {
    await application.close();
    expect(fakes.of('REQ').closed).toBe(true);
  });
});

describe('PriceService, with a socket that a provider gives it', () => {
  it('does not know where it comes from', async () => {
    const socket = new FakeSocket(SocketType.Req, { receiveTimeout: 0 }).receives('7');
    const application = await new Application([
      ...priceProviders(),
      { provide: PRICE_SOCKET, useFactory: () => socket },
    ]).init();
    expect(await application.get(PriceService).priceOf('pear')).toBe(7);
    await application.close();
    expect(socket.closes).toBe(1);
  });
});

describe('the retry policy of PriceService, against a partition in virtual time', () => {
  it.each([
    [500, 'answered'],
    [2000, 'answered'],
    [30_000, 'Timeout'],
  ])('of %d ms: %s', async (duration, expected) => {
    const simulation = new Simulation({ conditions: { latency: 20, jitter: 10 } });
    await simulation.run(async () => {
      const rep = simulation.context('prices').socket(SocketType.Rep);
      await rep.bind('tcp://prices:5555');
      const answering = (async () => {
        for await (const _ of rep) await rep.send('995');
      })();
      const sleep = (milliseconds: number): Promise<void> => simulation.advance(milliseconds);
      const application = await new Application([
        ...priceProviders(),
        { provide: Context, useFactory: () => simulation.context('shop') },
        {
          provide: PriceService,
          useFactory: (socket) => new PriceService(socket, { attempts: 4, pause: 500, sleep }),
          inject: [PRICE_SOCKET],
        },
      ]).init();
      const prices = application.get(PriceService);
      await prices.priceOf('apple');
      simulation.network.partition(['shop'], ['prices']);
      simulation.clock.after(duration, () => simulation.network.heal());
      const outcome = await prices.priceOf('apple').then(
        () => 'answered',
        (error: unknown) => (error as { code: string }).code,
      );
      expect(outcome).toBe(expected);
      await application.close();
      await rep.close();
      await answering;
    });
  });
});
