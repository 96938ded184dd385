// What the processes of `npm start` have in common: the one who started them.

// The channel alone does not keep this process alive; if the parent is gone, there is nothing left to do here.
process.on('disconnect', () => process.exit(1));
process.channel?.unref();

/** Tells the parent where this process is bound. */
export function announce(endpoint: string): void {
  process.send?.(endpoint);
}

/** The endpoint that the parent wants this process to connect to. */
export function endpointToConnect(): string {
  const endpoint = process.argv[2];
  if (endpoint === undefined) throw new Error('the endpoint to connect to is missing: run `npm start`');
  return endpoint;
}
