/** The times of ZMQ_HEARTBEAT_IVL, _TIMEOUT and _TTL, in milliseconds. */
export interface HeartbeatConfig {
  /** How often a PING is sent; 0: never. */
  readonly interval: number;
  /** How long to wait for anything after a PING; 0: for ever. */
  readonly timeout: number;
  /** The time to live that our PINGs announce. */
  readonly timeToLive: number;
}

/** What is due. `lost` means that the peer has been silent for too long. */
export type HeartbeatDue = 'nothing' | 'ping' | 'lost';

/**
 * When to send a PING, and when to give a silent peer up (RFC 37, "Connection heartbeating"). Anything that arrives
 * counts as a sign of life. A time that is not set is Infinity.
 *
 * `heard` is called for each read, so it only sets a flag; the flag is looked at when a time is up.
 */
export class Heartbeat {
  private nextPing = Number.POSITIVE_INFINITY;
  private answerBy = Number.POSITIVE_INFINITY;
  private aliveBy = Number.POSITIVE_INFINITY;
  private promisedTtl = 0;
  private silentSincePing = false;
  private silentSinceTtl = false;

  public constructor(private readonly config: HeartbeatConfig) {}

  /** The handshake is complete: the first PING is due one interval from now. */
  public start(now: number): void {
    if (this.config.interval > 0) this.nextPing = now + this.config.interval;
  }

  /** Something arrived. */
  public heard(): void {
    this.silentSincePing = false;
    this.silentSinceTtl = false;
  }

  /** We have not been reading: what silence there was is not the peer's. */
  public pardon(now: number): void {
    if (this.answerBy !== Number.POSITIVE_INFINITY) this.answerBy = now + this.config.timeout;
    if (this.aliveBy !== Number.POSITIVE_INFINITY) this.aliveBy = now + this.promisedTtl;
  }

  /** A PING came that promises another one within `ttl` milliseconds. */
  public pinged(now: number, ttl: number): void {
    if (ttl === 0 || (this.aliveBy !== Number.POSITIVE_INFINITY && this.silentSinceTtl)) return;
    this.aliveBy = now + ttl;
    this.promisedTtl = ttl;
    this.silentSinceTtl = true;
  }

  /** The time at which `due` should be asked next. */
  public get deadline(): number {
    return Math.min(this.nextPing, this.answerBy, this.aliveBy);
  }

  /** What has to be done now. A `ping` has to be sent by the caller, who then says `sent`. */
  public due(now: number): HeartbeatDue {
    if (now >= this.answerBy) {
      if (this.silentSincePing) return 'lost';
      this.answerBy = Number.POSITIVE_INFINITY;
    }
    if (now >= this.aliveBy) {
      if (this.silentSinceTtl) return 'lost';
      this.aliveBy = Number.POSITIVE_INFINITY;
    }
    if (now < this.nextPing) return 'nothing';
    this.nextPing = now + this.config.interval;
    return 'ping';
  }

  /** A PING was sent: from now on an answer is waited for. While bytes are stuck none is sent, and none is missed. */
  public sent(now: number): void {
    if (this.config.timeout > 0 && !(this.answerBy !== Number.POSITIVE_INFINITY && this.silentSincePing)) {
      this.answerBy = now + this.config.timeout;
      this.silentSincePing = true;
    }
  }
}
