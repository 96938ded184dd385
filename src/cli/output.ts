/** Where a command writes. */
export interface CliOutput {
  out(text: string): void;
  error(text: string): void;
}

/** The arguments make no sense. */
export class UsageError extends Error {
  public constructor(
    message: string,
    public readonly usage: string,
  ) {
    super(message);
  }
}
