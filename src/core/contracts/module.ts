/**
 * Something to load into a Context: bindings of another transport, engine, mechanism or socket type, or of another
 * service. Made with `contextModule` of `rzmq/plugin`.
 */
export interface ContextModule {
  readonly id: number;
}
