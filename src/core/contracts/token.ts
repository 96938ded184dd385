import type { ServiceIdentifier } from 'inversify';

/** The name of a service in the container, which remembers the service's type. */
export type Token<T> = ServiceIdentifier<T> & symbol;

/** Makes the token of a service. The same name gives the same token in every copy of the package. */
export function token<T>(name: string): Token<T> {
  return Symbol.for(`rzmq.${name}`) as Token<T>;
}
