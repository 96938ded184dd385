import { ZmqError, type ZmqErrorCode } from '../../plugin.js';

/** What a fake can be made to fail at. */
export type FakeOperation = 'bind' | 'unbind' | 'connect' | 'disconnect' | 'send' | 'recv' | 'ready' | 'setOption';

/** The failures that a test has planned, in order for each operation. */
export class PlannedFailures {
  private readonly planned: Map<FakeOperation, ZmqError[]> = new Map();

  /** The next call of the operation fails: with an error, or one of that code. */
  public plan(operation: FakeOperation, error: ZmqError | ZmqErrorCode): void {
    const failure = typeof error === 'string' ? new ZmqError(error, `The test lets ${operation} fail.`) : error;
    this.planned.set(operation, [...(this.planned.get(operation) ?? []), failure]);
  }

  /** The operation is called: throws what is planned for it, once. */
  public meet(operation: FakeOperation): void {
    const failure = this.planned.get(operation)?.shift();
    if (failure !== undefined) throw failure;
  }
}
