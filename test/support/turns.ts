/** Lets the event loop turn; what is ready happens meanwhile, and what follows from it. */
export async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve));
}

/** Waits for something that will happen; the test's own limit ends a vain wait. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await turns(1);
}

/** The code of the error that `work` rejects with, or what it resolved with instead. */
export async function outcome(work: Promise<unknown>): Promise<unknown> {
  try {
    return { resolved: await work };
  } catch (error) {
    return (error as { code?: unknown }).code ?? error;
  }
}
