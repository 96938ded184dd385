// A client of a real Jupyter kernel. It needs ipykernel (Debian: apt-get install python3-ipykernel):
// npm run example examples/jupyter/main.ts [PYTHON]
import { Kernel } from './kernel.js';

const LINES = 20_000;

const kernel = await Kernel.start(process.argv[2]);
try {
  const { implementation, protocol_version: protocol } = await kernel.info();
  console.log(`${String(implementation)}, protocol ${String(protocol)}, alive: ${await kernel.beats()}`);

  const { status } = await kernel.execute('print(6 * 7)', (text) => console.log(`it says ${text.trim()}`));
  console.log(`the cell ended: ${status}`);

  let text = '';
  const flood = await kernel.execute(`for i in range(${LINES}): print(i, flush=True)`, (more) => {
    text += more;
  });
  const lines = text.split('\n').slice(0, -1);
  const inOrder = lines.every((line, i) => line === String(i));
  console.log(`${lines.length} lines, all there: ${lines.length === LINES && inOrder} (${flood.status})`);

  // Interrupted as soon as it is known to run.
  const { ename } = await kernel.execute('import time\nprint("running", flush=True)\ntime.sleep(600)', () => {
    void kernel.interrupt();
  });
  console.log(`the sleeping cell ended: ${ename}`);

  await kernel.shutdown();
  console.log('the kernel has shut down');
} finally {
  await kernel.close();
}
