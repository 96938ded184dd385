/**
 * A process whose ring is closed by a stranger, and whose number becomes that of a file. It says how its sockets went on, and whether
 * the file is still open when the ring's owner is gone.
 */
import { closeSync, fstatSync, openSync, readdirSync, readlinkSync } from 'node:fs';
import { Context } from 'rzmq';
import { report, turns, until } from '../../support/child-tools.mjs';

const ring = () =>
  readdirSync('/proc/self/fd').find((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`).includes('io_uring');
    } catch {
      return false;
    }
  });

async function lose() {
  const warnings = [];
  const ignore = () => {};
  const logger = { debug: ignore, info: ignore, warn: (text) => void warnings.push(text), error: ignore };
  const defaults = { ioUringSessionEnabled: true, linger: 0, reconnectInterval: 10 };
  const context = new Context({ defaults, logger });
  const pull = context.socket('PULL');
  const push = context.socket('PUSH');
  await push.connect(await pull.bind('tcp://127.0.0.1:0'));
  await push.send('before');
  const [first] = await pull.recvMultipart();
  const lost = new Promise((resolve) => push.events.once('disconnect', resolve));
  const number = Number(ring());
  closeSync(number);
  const stranger = openSync('/dev/null');
  // A turn of the event loop finds out.
  await push.send('it costs this one, perhaps').catch(ignore);
  await lost;
  const received = [];
  const receiving = (async () => {
    for await (const [frame] of pull) received.push(String(frame.data));
  })();
  await until(() => push.stats().peers === 1);
  await push.send('after');
  await until(() => received.includes('after'));
  const reasons = context.inspect().sockets.flatMap((socket) => socket.endpoints.map(({ reason }) => reason));
  await context.term();
  await receiving.catch(ignore);
  return {
    first: String(first.data),
    taken: stranger === number,
    stranger,
    gone: new WeakRef(context),
    warnings,
    reasons,
  };
}

const { stranger, gone, ...result } = await lose();
// The ring goes with the last object that used it.
while (gone.deref() !== undefined) {
  await turns(5);
  globalThis.gc();
}
await turns(5);
globalThis.gc();
await turns(5);
report({ ...result, rings: ring() === undefined ? 0 : 1, open: isOpen(stranger) });

function isOpen(fd) {
  try {
    fstatSync(fd);
    return true;
  } catch {
    return false;
  }
}
