/** The version of libzmq whose behaviour this package follows: programs ask it what they may use. */
export const version: string = '4.3.5';

/** What there is: `ipc` where the operating system has it, `curve`, and the `draft` socket types (`rzmq/compat/draft`). */
export const capability: Partial<{
  ipc: boolean;
  pgm: boolean;
  tipc: boolean;
  norm: boolean;
  curve: boolean;
  gssapi: boolean;
  draft: boolean;
}> = {
  ipc: process.platform !== 'win32',
  pgm: false,
  tipc: false,
  norm: false,
  curve: true,
  gssapi: false,
  draft: true,
};
