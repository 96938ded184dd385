/** What a plugin sees of the contracts. Never run: `npm run typecheck` is the test. */
import { Context, type ContextModule } from 'rzmq';
import {
  type Capability,
  contextModule,
  ICapabilityProbe,
  IClock,
  IEngineFactory,
  ILogger,
  IMechanismFactory,
  type IPattern,
  IPatternFactory,
  type IPatternHost,
  IRandom,
  IScheduler,
  ISocketFactory,
  type ITimer,
  ITransport,
  inject,
  injectable,
  TcpTransportToken,
  type Token,
  token,
} from 'rzmq/plugin';
import { type Equal, expectTrue } from './assert.js';

declare const clock: IClock;
declare const random: IRandom;
declare const transport: ITransport;
declare const pattern: IPattern;
declare const capability: Capability;

/** A token knows what it stands for. */
export const tokens: ContextModule = contextModule(({ bind, rebind, isBound, onActivation }) => {
  rebind(IClock).toConstantValue(clock);
  rebind(IRandom).toConstantValue(random);
  rebind(TcpTransportToken).toConstantValue(transport);
  bind(ITransport).toConstantValue(transport);
  bind(IPatternFactory).toConstantValue({ type: 'BUS', create: (host) => use(host, pattern) });
  rebind(ISocketFactory).toConstantValue({
    create: () => {
      throw new Error('none');
    },
  });
  rebind(ICapabilityProbe).toConstantValue({
    probe: () => ({
      io_uring: capability,
      'io_uring.multishot_recv': capability,
      'io_uring.buffer_ring': capability,
      'io_uring.send_zc': capability,
    }),
  });
  onActivation(IClock, (_context, inner) => inner);
  isBound(IScheduler) satisfies boolean;
  // @ts-expect-error a clock is no random source
  rebind(IRandom).toConstantValue(clock);
  // @ts-expect-error a clock has timers, too
  rebind(IClock).toConstantValue({ now: () => 0 });
  // @ts-expect-error a function is no logger
  rebind(ILogger).toConstantValue(console.log);
  // @ts-expect-error a name in a string stands for nothing
  bind(IMechanismFactory).toConstantValue({ name: 'X' });
  // @ts-expect-error an offer has a rank and a reason
  bind(IEngineFactory).toConstantValue({ name: 'X', offer: () => true, create: () => undefined });
  // @ts-expect-error every capability has its answer
  rebind(ICapabilityProbe).toConstantValue({ probe: () => ({ io_uring: capability }) });
});

function use(host: IPatternHost, made: IPattern): IPattern {
  host.options.linger satisfies number;
  // @ts-expect-error a pattern reads the options, it does not set them
  host.options.linger = 1;
  host.dropped('high-water-mark', 1);
  // @ts-expect-error a reason is one of those that are counted
  host.dropped('bored', 1);
  return made;
}

/** A token of one's own, and classes made by the container. */
interface IGreeter {
  greet(): string;
}
export const IGreeter: Token<IGreeter> = token('IGreeter');

@injectable()
export class ClockOfAGreeter implements IClock {
  public constructor(
    @inject(IGreeter) private readonly greeter: IGreeter,
    @inject(ILogger) private readonly logger: ILogger,
  ) {}

  public now(): number {
    this.logger.debug(this.greeter.greet(), { any: 'facts' });
    return 0;
  }

  public after(_delay: number, _callback: () => void): ITimer {
    return { cancel: () => {} };
  }
}

export const classes: ContextModule = contextModule(({ bind, rebind }) => {
  bind(IGreeter).toConstantValue({ greet: () => 'hello' });
  rebind(IClock).to(ClockOfAGreeter).inSingletonScope();
  // @ts-expect-error it is a clock, and no greeter
  bind(IGreeter).to(ClockOfAGreeter);
});

export function loading(): void {
  new Context({ modules: [tokens, classes] });
  // @ts-expect-error the module, not a list of them
  new Context({ modules: tokens });
  // @ts-expect-error a function is no module yet
  new Context({ modules: [() => {}] });
  expectTrue<Equal<typeof tokens, ContextModule>>();
}
