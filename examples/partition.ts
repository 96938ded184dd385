// A retry policy against a partition, in virtual time: the same service as in mocked-socket.ts, on two simulated hosts. Half
// a minute of trouble passes in milliseconds, and a seed brings it back.
import assert from 'node:assert/strict';
import { Context, SocketType } from 'rzmq';
import { Simulation } from 'rzmq/testing';
import { Application } from './nest/nest.js';
import { PRICE_SOCKET, PriceService, priceProviders } from './nest/price-service.js';

const simulation = new Simulation({ seed: 7, conditions: { latency: 20, jitter: 10 } });
await simulation.run(async () => {
  const { clock, network } = simulation;
  // The service that answers, on a host of its own.
  const rep = simulation.context('prices').socket(SocketType.Rep);
  await rep.bind('tcp://prices:5555');
  const answering = (async () => {
    for await (const _ of rep) await rep.send('995');
  })();

  // The service under test: its Context is that of the host "shop", and so is its time.
  const sleep = (milliseconds: number): Promise<void> => clock.advance(milliseconds);
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
  assert.equal(await prices.priceOf('apple'), 995);

  // Two seconds without a network: the second or third attempt gets through.
  network.partition(['shop'], ['prices']);
  const began = clock.now();
  clock.after(2000, () => network.heal());
  assert.equal(await prices.priceOf('apple'), 995);
  console.log(`a partition of 2 s: answered after ${Math.round(clock.now() - began)} ms`);

  // A minute: the policy gives up before that, and says so.
  network.partition(['shop'], ['prices']);
  const lost = clock.now();
  await assert.rejects(prices.priceOf('apple'), { code: 'Timeout' });
  console.log(`a partition of a minute: given up after ${Math.round(clock.now() - lost)} ms`);
  network.heal();
  assert.equal(await prices.priceOf('apple'), 995);
  console.log('and once it has healed, there are prices again');

  await application.close();
  await rep.close();
  await answering;
});
console.log(
  `${Math.round(simulation.clock.now())} ms of virtual time, seed ${simulation.seed}, trace ${simulation.trace.hash.slice(0, 8)}`,
);
