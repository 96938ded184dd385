// A service in the style of NestJS whose socket is a fake, put there through the container: no module is patched. The same
// as a jest test: test/testing/price-service.test.ts.
import assert from 'node:assert/strict';
import { FakeSockets } from 'rzmq/testing';
import { Application } from './nest/nest.js';
import { PriceService, priceProviders } from './nest/price-service.js';

const fakes = new FakeSockets().next((socket) => socket.receives('995'));
const application = await new Application(priceProviders({ modules: [fakes.module] })).init();

assert.equal(await application.get(PriceService).priceOf('apple'), 995);
const socket = fakes.of('REQ');
console.log(
  `connected to ${[...socket.connected].join()}, asked for ${socket.sent.map(({ text }) => text.join()).join()}`,
);

// The next answer does not come in time; the service asks again.
socket.fails('recv', 'Timeout').receives('120');
assert.equal(await application.get(PriceService).priceOf('pear'), 120);
console.log(`asked for ${socket.sent.map(({ text }) => text.join()).join(', ')}`);

await application.close();
console.log(`closed: ${socket.closed}`);
