import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { pythonOfPyzmq } from './pyzmq.js';

interface Answer {
  readonly result?: unknown;
  readonly error?: string;
}

/** libzmq with WebSockets, in a process of its own: see pyzmq-ws-peer.py. Calls are answered one after the other. */
export class WebSocketLibzmq {
  private readonly process: ChildProcess;
  private readonly waiting: ((answer: Answer) => void)[] = [];
  private readonly gone: Promise<unknown>;
  private sockets = 0;

  public constructor() {
    const program = fileURLToPath(new URL('pyzmq-ws-peer.py', import.meta.url));
    this.process = spawn(pythonOfPyzmq(), [program], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.gone = once(this.process, 'exit').then(() => {
      for (const settle of this.waiting.splice(0)) settle({ error: 'the process ended' });
    });
    createInterface({ input: this.process.stdout! }).on('line', (line) => {
      this.waiting.shift()?.(JSON.parse(line) as Answer);
    });
  }

  public async socket(type: string, options: Readonly<Record<string, unknown>> = {}): Promise<TheirSocket> {
    const socket = new TheirSocket(this, ++this.sockets);
    await socket.call('create', { type, options });
    return socket;
  }

  public async call(request: Readonly<Record<string, unknown>>): Promise<unknown> {
    const { result, error } = await new Promise<Answer>((resolve) => {
      this.waiting.push(resolve);
      this.process.stdin!.write(`${JSON.stringify(request)}\n`);
    });
    if (error !== undefined) throw new Error(error);
    return result;
  }

  public async kill(): Promise<void> {
    this.process.kill('SIGKILL');
    await this.gone;
  }
}

/** One of its sockets. */
export class TheirSocket {
  public constructor(
    private readonly side: WebSocketLibzmq,
    private readonly id: number,
  ) {}

  public call(op: string, given: Readonly<Record<string, unknown>> = {}): Promise<unknown> {
    return this.side.call({ op, socket: this.id, ...given });
  }

  public async bind(path = ''): Promise<string> {
    return (await this.call('bind', { endpoint: `ws://127.0.0.1:*${path}` })) as string;
  }

  public async connect(endpoint: string): Promise<void> {
    await this.call('connect', { endpoint });
  }

  public async send(...frames: readonly (string | Uint8Array)[]): Promise<void> {
    await this.call('send', { frames: frames.map((frame) => Buffer.from(frame).toString('hex')) });
  }

  public async recv(): Promise<Buffer[]> {
    return ((await this.call('recv')) as string[]).map((frame) => Buffer.from(frame, 'hex'));
  }
}
