type Say = (...words: unknown[]) => void;

export const cases: Readonly<Record<string, (zmq: unknown, say: Say) => Promise<void>>>;
export const draftCases: Readonly<Record<string, (zmq: unknown, draft: unknown, say: Say) => Promise<void>>>;
export function attempt(call: () => unknown): Promise<unknown>;
