import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from '@jest/globals';
import { Kernel } from '../../examples/jupyter/kernel.js';
import { Wire } from '../../examples/jupyter/wire.js';

/** Whether a process of that number is there; one that has ended and that nobody asks after, as in many a container, is not. */
function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return process.platform !== 'linux' || !readFileSync(`/proc/${pid}/stat`, 'latin1').includes(') Z ');
  } catch {
    return false;
  }
}

/** Waits for the end of a process that is no child of ours: it can only be asked. */
async function gone(pid: number): Promise<void> {
  while (lives(pid)) await new Promise((resolve) => setTimeout(resolve, 20));
}

// jest.config.mjs leaves this file out where there is no ipykernel.
const python = process.env['IPYKERNEL_PYTHON'] ?? 'python3';

describe('a client of a Jupyter kernel over rzmq/compat', () => {
  let kernel: Kernel | undefined;

  afterEach(async () => {
    await kernel?.close();
    kernel = undefined;
  });

  test('asks what the kernel is, and hears its heart beat', async () => {
    kernel = await Kernel.start(python);
    expect(await kernel.info()).toMatchObject({ status: 'ok', implementation: 'ipython' });
    expect(await kernel.beats()).toBe(true);
    expect(await kernel.beats()).toBe(true);
  });

  test('20,000 lines of output arrive, in order, though their reader is busy with something else meanwhile', async () => {
    kernel = await Kernel.start(python);
    let text = '';
    const outcome = await kernel.execute('for i in range(20000): print(i, flush=True)', (more) => {
      if (text === '') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 3000);
      text += more;
    });
    expect(outcome.status).toBe('ok');
    const lines = text.split('\n');
    expect(lines.length).toBe(20_001);
    expect(lines.findIndex((line, i) => line !== String(i))).toBe(20_000);
  });

  test('an interrupt ends the running cell, and the next one runs; an error tells its name', async () => {
    kernel = await Kernel.start(python);
    const current = kernel;
    const cell = 'import time\nprint("running", flush=True)\ntime.sleep(600)';
    // Once: a second one, for what is printed in two pieces, would come to the next cell, or between them.
    let asked = false;
    const interrupted = await kernel.execute(cell, () => {
      if (!asked) void current.interrupt();
      asked = true;
    });
    expect(interrupted).toMatchObject({ status: 'error', ename: 'KeyboardInterrupt' });
    expect(await kernel.execute('1 / 0')).toMatchObject({ status: 'error', ename: 'ZeroDivisionError' });
    let text = '';
    await kernel.execute('print("still here")', (more) => {
      text += more;
    });
    expect(text).toBe('still here\n');
  });

  test('a shutdown ends its process', async () => {
    kernel = await Kernel.start(python);
    const pid = kernel.pid!;
    expect(lives(pid)).toBe(true);
    await kernel.shutdown();
    expect(lives(pid)).toBe(false);
  });

  test('what is under way is refused when the kernel dies', async () => {
    kernel = await Kernel.start(python);
    await expect(kernel.execute('import os\nos._exit(3)')).rejects.toThrow('The kernel has ended.');
  });

  test('a client that cannot start its kernel says so', async () => {
    await expect(Kernel.start('/no/such/python')).rejects.toThrow('ENOENT');
  });

  test('the kernel of a program that is killed ends, too', async () => {
    const program = `
      import { Kernel } from ${JSON.stringify(new URL('../../examples/jupyter/kernel.ts', import.meta.url).href)};
      const kernel = await Kernel.start(${JSON.stringify(python)});
      console.log(kernel.pid);
      await kernel.execute('import time; time.sleep(600)');`;
    const options = ['--disable-warning=DEP0180', '--disable-warning=DEP0205', '--import', './tools/ts-node.mjs'];
    const child = spawn(process.execPath, [...options, '--input-type=module', '-e', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    const pid = Number(line);
    expect(lives(pid)).toBe(true);
    child.kill('SIGKILL');
    await gone(pid);
  });
});

describe('messages of Jupyter', () => {
  test('are signed, and refused when they were changed', () => {
    const wire = new Wire('key');
    const { id, frames } = wire.write('execute_request', { code: '1' });
    const received = [Buffer.from('who'), ...frames.map((frame) => Buffer.from(frame))];
    expect(wire.read(received)).toMatchObject({
      header: { msg_id: id, msg_type: 'execute_request' },
      content: { code: '1' },
    });
    const changed = received.with(-1, Buffer.from('{"code":"2"}'));
    expect(() => wire.read(changed)).toThrow('signature');
    expect(() => new Wire('another').read(received)).toThrow('signature');
    expect(() => wire.read([Buffer.from('no message')])).toThrow('no message');
  });
});
