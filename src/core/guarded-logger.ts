import type { IScheduler } from './contracts/clock.js';
import type { ILogger } from './contracts/logger.js';

type Facts = Readonly<Record<string, unknown>>;

/**
 * The log of a Context: somebody's logger, whose errors surface as uncaught exceptions in a turn of their own. What it says
 * is said in the middle of a bind or a handshake, which a full disk or an odd value must not end.
 */
export class GuardedLogger implements ILogger {
  public constructor(
    private readonly logger: ILogger,
    private readonly scheduler: IScheduler,
  ) {}

  public debug(message: string, facts?: Facts): void {
    this.say('debug', message, facts);
  }

  public info(message: string, facts?: Facts): void {
    this.say('info', message, facts);
  }

  public warn(message: string, facts?: Facts): void {
    this.say('warn', message, facts);
  }

  public error(message: string, facts?: Facts): void {
    this.say('error', message, facts);
  }

  private say(level: keyof ILogger, message: string, facts: Facts | undefined): void {
    try {
      this.logger[level](message, facts);
    } catch (error) {
      this.scheduler.nextTurn(() => {
        throw error;
      });
    }
  }
}
