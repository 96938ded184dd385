import type { ILogger } from '../../plugin.js';

/** One thing that was said. */
export interface LogLine {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly message: string;
  readonly facts: Readonly<Record<string, unknown>>;
}

/** Keeps what it is told. */
export class RecordingLogger implements ILogger {
  public readonly lines: LogLine[] = [];

  /** What was said at one level, or at all of them. */
  public messages(level?: LogLine['level']): string[] {
    return this.lines.filter((line) => level === undefined || line.level === level).map(({ message }) => message);
  }

  public debug(message: string, facts: LogLine['facts'] = {}): void {
    this.lines.push({ level: 'debug', message, facts });
  }

  public info(message: string, facts: LogLine['facts'] = {}): void {
    this.lines.push({ level: 'info', message, facts });
  }

  public warn(message: string, facts: LogLine['facts'] = {}): void {
    this.lines.push({ level: 'warn', message, facts });
  }

  public error(message: string, facts: LogLine['facts'] = {}): void {
    this.lines.push({ level: 'error', message, facts });
  }
}
