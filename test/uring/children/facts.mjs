/** Says what the probe finds, and passes a message whatever that is. */
import { Context } from 'rzmq';
import { report } from '../../support/child-tools.mjs';

const user = process.argv[2];
if (user !== undefined) {
  process.setgid(Number(user));
  process.setuid(Number(user));
}
const said = [];
const logger = {
  debug: () => {},
  info: (message, { reason }) => said.push(`${message}: ${reason}`),
  warn: (message) => said.push(message),
  error: () => {},
};
const context = new Context({ defaults: { ioUringSessionEnabled: true, linger: 0 }, logger });
const pull = context.socket('PULL');
const push = context.socket('PUSH');
await push.connect(await pull.bind('tcp://127.0.0.1:0'));
await push.send('it goes on');
const [frame] = await pull.recvMultipart();
report({ capabilities: context.capabilities, said, message: String(frame.data) });
await context.term();
