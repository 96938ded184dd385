import { getSystemErrorName } from 'node:util';
import type { Capability, CapabilityReport, ICapabilityProbe } from '../../core/contracts/capability-probe.js';
import { Feature, type IUringAddon, isUringAddon, Operation, type ProbeFacts } from './addon.js';

/** The platform facts that the probe asks for, so that a test can state others. */
export interface PlatformFacts {
  readonly platform: string;
  /** False: the Context was told not to use io_uring. */
  readonly enabled?: boolean;
  /** Loads the optional addon; throws when it is not installed. */
  loadAddon(): unknown;
  /** /proc/sys/kernel/io_uring_disabled: `undefined` where there is none. */
  disabledBySysctl?(): string | undefined;
}

/**
 * Finds out whether io_uring can be used, and says why not. The first "no" decides for every feature; where io_uring itself
 * works, each feature has an answer of its own. Nothing is loaded, and the kernel is not asked, before the first `probe`.
 */
export class UringCapabilityProbe implements ICapabilityProbe {
  private report: CapabilityReport | undefined = undefined;
  private loaded: IUringAddon | undefined = undefined;

  public constructor(private readonly facts: PlatformFacts) {}

  public probe(): CapabilityReport {
    this.report ??= this.ask();
    return this.report;
  }

  /** The addon, where `probe` found it usable. */
  public get addon(): IUringAddon | undefined {
    this.probe();
    return this.loaded;
  }

  private ask(): CapabilityReport {
    const { platform, enabled = true } = this.facts;
    if (!enabled) return all(no('io_uring is switched off in the options of the Context'));
    if (platform !== 'linux') return all(no(`io_uring is a facility of Linux, and this is ${platform}`));
    let addon: unknown;
    try {
      addon = this.facts.loadAddon();
    } catch (error) {
      const { code } = (error ?? {}) as { code?: unknown };
      return all(
        no(
          code === 'MODULE_NOT_FOUND' || code === 'ERR_MODULE_NOT_FOUND'
            ? 'the package rzmq-uring is not installed'
            : `the package rzmq-uring cannot be loaded: ${String(error)}`,
        ),
      );
    }
    if (!isUringAddon(addon)) return all(no('the installed package rzmq-uring is not of this version'));
    let found: ProbeFacts;
    try {
      found = addon.probe();
    } catch (error) {
      return all(no(`the probe of rzmq-uring failed: ${String(error)}`));
    }
    const missing = this.missing(found);
    if (missing !== undefined) return all(no(missing));
    this.loaded = addon;
    const tried = (result: number): Capability =>
      result >= 0
        ? { available: true, reason: 'it was tried, and works' }
        : no(`it was tried, and failed with ${name(result)}`);
    return {
      io_uring: { available: true, reason: 'the kernel and rzmq-uring have all that is needed' },
      'io_uring.multishot_recv': tried(found.multishotReceive),
      'io_uring.buffer_ring': tried(found.bufferRing),
      'io_uring.send_zc': tried(found.sendZeroCopy),
    };
  }

  /** What io_uring itself lacks, in words. */
  private missing(found: ProbeFacts): string | undefined {
    const { setup, features, operations, operationsKnown } = found;
    if (setup < 0) return this.whyNoSetup(setup);
    const absent = Object.entries(Feature).filter(([, bit]) => (features & bit) === 0);
    if (absent.length > 0) return `the kernel is too old: no ${absent.map(([feature]) => feature).join(', ')}`;
    if (operationsKnown < 0) return `the kernel does not tell its operations: ${name(operationsKnown)}`;
    const lacking = Object.entries(Operation).filter(([, operation]) => !operations.includes(operation));
    if (lacking.length > 0)
      return `the kernel lacks the operations ${lacking.map(([operation]) => operation).join(', ')}`;
    return undefined;
  }

  private whyNoSetup(setup: number): string {
    const error = name(setup);
    if (error === 'ENOSYS') return 'the kernel has no io_uring, or a seccomp filter hides it (ENOSYS)';
    if (error === 'EPERM') {
      const disabled = this.facts.disabledBySysctl?.() ?? '0';
      return disabled === '0'
        ? 'a seccomp filter or another policy forbids io_uring (EPERM)'
        : `the sysctl kernel.io_uring_disabled is ${disabled} (EPERM)`;
    }
    if (error === 'ENOMEM') return 'there is no memory for a ring: RLIMIT_MEMLOCK or the limit of the group (ENOMEM)';
    return `io_uring_setup fails with ${error}`;
  }
}

function name(result: number): string {
  try {
    return getSystemErrorName(result);
  } catch {
    return `error ${-result}`;
  }
}

function all(answer: Capability): CapabilityReport {
  return {
    io_uring: answer,
    'io_uring.multishot_recv': answer,
    'io_uring.buffer_ring': answer,
    'io_uring.send_zc': answer,
  };
}

function no(reason: string): Capability {
  return { available: false, reason };
}
