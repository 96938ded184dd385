// The whole life of a small program: loads a library, makes a socket, closes it, and ends by itself. Prints the CPU time
// that it took, in milliseconds.
import { writeSync } from 'node:fs';

const name = process.argv[2];
process.on('exit', () => {
  const { user, system } = process.cpuUsage();
  writeSync(1, String((user + system) / 1000));
});
if (name !== 'node') {
  const library = await import(name === 'rzmq' ? './with-rzmq.mjs' : './with-zeromq.mjs');
  await library.finish(library.open('PUSH'));
}
