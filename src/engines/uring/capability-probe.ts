import type { Capability, CapabilityReport, ICapabilityProbe } from '../../core/contracts/capability-probe.js';

/** The platform facts that the probe asks for, so that a test can state others. */
export interface PlatformFacts {
  readonly platform: string;
  /** Loads the optional addon; throws when it is not installed. */
  loadAddon(): unknown;
}

/**
 * Finds out whether io_uring can be used, and says why not. The first "no" decides for every feature. Without a backend
 * installed, which is the normal case, the standard engine serves tcp.
 */
export class UringCapabilityProbe implements ICapabilityProbe {
  private report: CapabilityReport | undefined = undefined;

  public constructor(private readonly facts: PlatformFacts) {}

  public probe(): CapabilityReport {
    this.report ??= this.ask();
    return this.report;
  }

  private ask(): CapabilityReport {
    const answer = this.answer();
    return {
      io_uring: answer,
      'io_uring.multishot_recv': answer,
      'io_uring.buffer_ring': answer,
      'io_uring.send_zc': answer,
    };
  }

  private answer(): Capability {
    const { platform } = this.facts;
    if (platform !== 'linux') return no(`io_uring is a facility of Linux, and this is ${platform}`);
    try {
      this.facts.loadAddon();
    } catch (error) {
      const code = (error as { code?: unknown } | null | undefined)?.code;
      return no(
        code === 'MODULE_NOT_FOUND' || code === 'ERR_MODULE_NOT_FOUND'
          ? 'no io_uring backend is installed'
          : `the io_uring backend cannot be loaded: ${String(error)}`,
      );
    }
    return no('the installed io_uring backend is not known to this version');
  }
}

function no(reason: string): Capability {
  return { available: false, reason };
}
