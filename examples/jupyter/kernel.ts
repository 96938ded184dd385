// A kernel of Jupyter: a process that runs code, and tells what comes of it, over five sockets of ZeroMQ.
import { type ChildProcess, spawn } from 'node:child_process';
import { randomInt, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Dealer, Request, Subscriber } from 'rzmq/compat';
import { type JupyterMessage, Wire } from './wire.js';

/** How a cell has ended. */
export interface Outcome {
  readonly status: 'ok' | 'error' | 'aborted';
  /** The name of the exception. */
  readonly ename?: string;
}

/** A cell that runs, or a request that is under way. */
interface Pending {
  readonly onText: (text: string) => void;
  readonly answered: (reply: JupyterMessage) => void;
  readonly failed: (error: Error) => void;
  /** Both have to come: the reply by the one socket, that all output was told by the other. */
  reply: JupyterMessage | undefined;
  idle: boolean;
}

/** Output is published, and a publisher drops what a reader is too slow for: this kernel is to keep it instead. */
const KEEP_OUTPUT = `
def keep_output():
    import zmq
    thread = get_ipython().kernel.iopub_socket.io_thread
    thread.schedule(lambda: thread.socket.setsockopt(zmq.SNDHWM, 0))
keep_output()
del keep_output`;

const PORTS = ['shell_port', 'iopub_port', 'control_port', 'stdin_port', 'hb_port'] as const;

/** Starts a kernel and talks to it. Close it: it ends with this process only if that ends as it should. */
export class Kernel {
  private readonly shell = new Dealer({ linger: 0 });
  private readonly control = new Dealer({ linger: 0 });
  private readonly heartbeat = new Request({ linger: 0 });
  // A cell may print faster than this process reads: it takes all that the kernel has sent.
  private readonly iopub = new Subscriber({ receiveHighWaterMark: 0 });
  private readonly pending = new Map<string, Pending>();
  private readonly exited: Promise<unknown>;

  private constructor(
    private readonly process: ChildProcess,
    private readonly wire: Wire,
    private readonly folder: string,
    ports: Readonly<Record<(typeof PORTS)[number], number>>,
  ) {
    this.shell.connect(`tcp://127.0.0.1:${ports.shell_port}`);
    this.control.connect(`tcp://127.0.0.1:${ports.control_port}`);
    this.heartbeat.connect(`tcp://127.0.0.1:${ports.hb_port}`);
    this.iopub.connect(`tcp://127.0.0.1:${ports.iopub_port}`);
    this.iopub.subscribe();
    process.once('error', (error) => this.fail(error));
    this.exited = once(process, 'exit').catch(() => undefined);
    void this.exited.then(() => this.fail(new Error('The kernel has ended.')));
    for (const socket of [this.shell, this.control, this.iopub]) void this.listen(socket);
  }

  /** @param python an interpreter that has ipykernel */
  static async start(python = 'python3'): Promise<Kernel> {
    const ports = Object.fromEntries(await freePorts(PORTS)) as Record<(typeof PORTS)[number], number>;
    const key = randomUUID();
    const folder = mkdtempSync(join(tmpdir(), 'kernel-'));
    const file = join(folder, 'connection.json');
    const connection = { ip: '127.0.0.1', transport: 'tcp', signature_scheme: 'hmac-sha256', key, ...ports };
    writeFileSync(file, JSON.stringify(connection), { mode: 0o600 });
    const child = spawn(python, ['-m', 'ipykernel_launcher', '-f', file], {
      // A group of its own: an interrupt goes to the whole group. It ends by itself when its parent is gone.
      detached: true,
      stdio: 'ignore',
      env: { ...process.env, JPY_PARENT_PID: String(process.pid) },
    });
    const kernel = new Kernel(child, new Wire(key), folder, ports);
    const kill = (): void => kernel.kill();
    process.once('exit', kill);
    void kernel.exited.then(() => process.off('exit', kill));
    try {
      await kernel.whenSubscribed();
      await kernel.run(KEEP_OUTPUT, true);
    } catch (error) {
      await kernel.close();
      throw error;
    }
    return kernel;
  }

  /** The number of its process. */
  get pid(): number | undefined {
    return this.process.pid;
  }

  /** What the kernel is. */
  async info(): Promise<Readonly<Record<string, unknown>>> {
    return (await this.ask(this.shell, 'kernel_info_request', {})).content;
  }

  /** Runs code; `onText` gets what it prints, as it comes. */
  execute(code: string, onText?: (text: string) => void): Promise<Outcome> {
    return this.run(code, false, onText);
  }

  /** Interrupts what runs: its cell ends with KeyboardInterrupt. */
  async interrupt(): Promise<void> {
    await this.ask(this.control, 'interrupt_request', {});
  }

  /** True when the kernel lives: it sends back what it gets, whatever it is busy with. */
  async beats(): Promise<boolean> {
    await this.heartbeat.send('ping');
    const [echo] = await this.heartbeat.receive();
    return echo?.toString() === 'ping';
  }

  /** Asks the kernel to end, and waits until its process has. */
  async shutdown(): Promise<void> {
    // It may be gone before its answer is out.
    this.ask(this.control, 'shutdown_request', { restart: false }).catch(() => undefined);
    await this.exited;
    await this.close();
  }

  /** Ends everything, however it is. */
  async close(): Promise<void> {
    this.kill();
    await this.exited;
    for (const socket of [this.shell, this.control, this.iopub, this.heartbeat]) socket.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private kill(): void {
    if (this.process.exitCode === null && this.process.signalCode === null) this.process.kill('SIGKILL');
  }

  /**
   * Output is published, and a publisher drops what nobody has subscribed to: it is there when a request's first message
   * (that the kernel is busy) has come. Until then it is asked again.
   */
  private async whenSubscribed(): Promise<void> {
    let heard = false;
    while (!heard) {
      const { id, frames } = this.wire.write('kernel_info_request', {});
      heard = await new Promise<boolean>((resolve, reject) => {
        this.pending.set(
          id,
          request(() => resolve(true), reject),
        );
        this.shell.send(frames).catch(reject);
        setTimeout(() => resolve(false), 500);
      });
      this.pending.delete(id);
    }
  }

  private async run(code: string, silent: boolean, onText?: (text: string) => void): Promise<Outcome> {
    // stop_on_error: the kernel would abort what comes soon after a cell that failed.
    const how = { silent, store_history: !silent, user_expressions: {}, allow_stdin: false, stop_on_error: false };
    const { content } = await this.ask(this.shell, 'execute_request', { code, ...how }, onText);
    return content as unknown as Outcome;
  }

  private ask(
    socket: Dealer,
    type: string,
    content: Readonly<Record<string, unknown>>,
    onText: (text: string) => void = () => {},
  ): Promise<JupyterMessage> {
    const { id, frames } = this.wire.write(type, content);
    return new Promise((resolve, reject) => {
      this.pending.set(id, { ...request(resolve, reject), onText });
      socket.send(frames).catch(reject);
    });
  }

  private async listen(socket: Dealer | Subscriber): Promise<void> {
    try {
      for await (const frames of socket) this.take(this.wire.read(frames));
    } catch (error) {
      this.fail(error as Error);
    }
  }

  private take(message: JupyterMessage): void {
    const id = message.parent.msg_id ?? '';
    const pending = this.pending.get(id);
    if (pending === undefined) return;
    const { msg_type: type } = message.header;
    if (type === 'stream') pending.onText(String(message.content['text']));
    else if (type === 'status') pending.idle ||= message.content['execution_state'] === 'idle';
    else if (type.endsWith('_reply')) pending.reply = message;
    if (pending.reply === undefined || !pending.idle) return;
    this.pending.delete(id);
    pending.answered(pending.reply);
  }

  private fail(error: Error): void {
    for (const [id, { failed }] of this.pending) {
      this.pending.delete(id);
      failed(error);
    }
  }
}

function request(answered: Pending['answered'], failed: Pending['failed']): Pending {
  return { onText: () => {}, answered, failed, reply: undefined, idle: false };
}

/**
 * As many ports as there are names. They are free now; the kernel takes them in a second or two. Until then somebody else
 * would get one who asks the system for any: so these are of those that systems do not give away by themselves.
 */
async function freePorts<N extends string>(names: readonly N[]): Promise<[N, number][]> {
  const ports: [N, number][] = [];
  while (ports.length < names.length) {
    const port = randomInt(20_000, 32_000);
    if (!ports.some(([, other]) => other === port) && (await isFree(port)))
      ports.push([names[ports.length] as N, port]);
  }
  return ports;
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
