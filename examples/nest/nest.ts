// As much of a framework as the example needs: classes whose constructor is given what it asks for, as NestJS does it. It
// stands here so that the example has no dependency; in a NestJS application `@Injectable()` and `@Inject()` do this.
/** What a provider is asked for by: a class, or a symbol. */
export type Key<T> = (abstract new (...args: never[]) => T) | symbol;

/** How something is made. */
export interface Provider {
  readonly provide: Key<unknown>;
  readonly useFactory: (...given: never[]) => unknown;
  /** What the factory is given. */
  readonly inject?: readonly Key<unknown>[];
}

/** Hears of the beginning and the end of the application. */
export interface Lifecycle {
  onModuleInit?(): Promise<void> | void;
  onModuleDestroy?(): Promise<void> | void;
}

/** Makes each provider once, with what it asks for; the last provider of a key is the one that counts. */
export class Application {
  private readonly providers: Map<Key<unknown>, Provider> = new Map();
  private readonly made: Map<Key<unknown>, unknown> = new Map();

  public constructor(providers: readonly Provider[]) {
    for (const provider of providers) this.providers.set(provider.provide, provider);
  }

  public get<T>(key: Key<T>): T {
    if (this.made.has(key)) return this.made.get(key) as T;
    const provider = this.providers.get(key);
    if (provider === undefined) throw new Error(`Nobody provides ${String(key)}.`);
    const given = (provider.inject ?? []).map((wanted) => this.get(wanted));
    const value = provider.useFactory(...(given as never[]));
    this.made.set(key, value);
    return value as T;
  }

  public async init(): Promise<this> {
    for (const key of this.providers.keys()) this.get(key);
    for (const value of this.made.values()) await (value as Lifecycle).onModuleInit?.();
    return this;
  }

  public async close(): Promise<void> {
    for (const value of [...this.made.values()].reverse()) await (value as Lifecycle).onModuleDestroy?.();
  }
}
