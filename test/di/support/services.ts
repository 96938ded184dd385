import { type ContextModule, contextModule, ILogger, IRandom } from 'rzmq/plugin';

/** Remembers what it is told. */
export class RecordingLogger implements ILogger {
  public readonly lines: {
    readonly level: string;
    readonly message: string;
    readonly facts: Readonly<Record<string, unknown>>;
  }[] = [];

  public debug = this.at('debug');
  public info = this.at('info');
  public warn = this.at('warn');
  public error = this.at('error');

  public get messages(): string[] {
    return this.lines.map(({ message }) => message);
  }

  private at(level: string): ILogger['info'] {
    return (message, facts = {}) => void this.lines.push({ level, message, facts });
  }
}

export const withLogger = (logger: ILogger): ContextModule =>
  contextModule(({ rebind }) => rebind(ILogger).toConstantValue(logger));

/** The same numbers for the same seed (mulberry32). */
export class SeededRandom implements IRandom {
  public constructor(private state: number) {}

  public below(bound: number): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 0x1_0000_0000) * bound);
  }

  public bytes(size: number): Buffer {
    return Buffer.from(Array.from({ length: size }, () => this.below(256)));
  }
}

export const withRandom = (random: IRandom): ContextModule =>
  contextModule(({ rebind }) => rebind(IRandom).toConstantValue(random));
