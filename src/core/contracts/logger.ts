import { type Token, token } from './token.js';

/** Where the library says what an operator should know. Never on the path of a message; never a secret. */
export interface ILogger {
  debug(message: string, facts?: Readonly<Record<string, unknown>>): void;
  info(message: string, facts?: Readonly<Record<string, unknown>>): void;
  warn(message: string, facts?: Readonly<Record<string, unknown>>): void;
  error(message: string, facts?: Readonly<Record<string, unknown>>): void;
}

/** Rebind it, or give a logger to the Context. By default nothing is logged. */
export const ILogger: Token<ILogger> = token('ILogger');
