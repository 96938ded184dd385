/** A peer that sends or receives without end, until it is killed. */
import { Context, SocketType } from 'rzmq';
import { engine, nextTurn, report } from '../../support/child-tools.mjs';

const [role, endpoint, name] = process.argv.slice(2);
const socket = new Context({ defaults: engine }).socket(role === 'send' ? SocketType.Push : SocketType.Pull);

if (role === 'send') {
  await socket.connect(endpoint);
  for (let n = 0; ; n++) {
    await socket.send([name, String(n), 'x'.repeat(1000)]);
    if (n % 100 === 0) await nextTurn();
  }
} else {
  report(await socket.bind(endpoint));
  let received = 0;
  for await (const _ of socket) if (++received === 1000) report('busy');
}
