import {
  type IMechanism,
  type IMechanismFactory,
  type IMechanismSink,
  type ITrafficCipher,
  type MechanismConfig,
  type Properties,
  type SocketOptionValues,
  ZmqError,
} from 'rzmq/plugin';

type Options = Readonly<SocketOptionValues>;

/** A mechanism that passes everything on, in both directions: the base of those that do one thing wrong. */
class Through implements IMechanism, IMechanismSink {
  protected sink!: IMechanismSink;

  public constructor(
    protected readonly inner: IMechanism,
    public readonly config: MechanismConfig,
    protected readonly factory: ThroughFactory,
  ) {}

  public get commandLimit(): number | undefined {
    return this.inner.commandLimit;
  }

  public start(sink: IMechanismSink): void {
    this.sink = sink;
    this.inner.start(this);
  }

  public onCommand(name: string, data: Buffer): void {
    this.inner.onCommand(name, data);
  }

  public close(): void {
    this.inner.close();
  }

  public sendCommand(name: string, data: Buffer): void {
    this.sink.sendCommand(name, data);
  }

  public sendFrame(body: Buffer): void {
    this.sink.sendFrame(body);
  }

  public complete(peer: Properties, verified?: Properties, cipher?: ITrafficCipher): void {
    this.sink.complete(peer, verified, cipher);
  }

  public fail(error: ZmqError): void {
    this.sink.fail(error);
  }
}

type Make = new (inner: IMechanism, config: MechanismConfig, factory: ThroughFactory) => IMechanism;

/** Makes them. */
export class ThroughFactory implements IMechanismFactory {
  /** The first mechanism that was made, for those who mix up connections. */
  public first: IMechanism | undefined;

  public constructor(
    protected readonly inner: IMechanismFactory,
    private readonly make: Make = Through,
  ) {}

  public get name(): string {
    return this.inner.name;
  }

  public wanted(options: Options): boolean {
    return this.inner.wanted(options);
  }

  public create(config: MechanismConfig): IMechanism {
    const made = new this.make(this.inner.create(config), config, this);
    this.first ??= made;
    return made;
  }
}

/** Factories that break one rule each, by the clause that has to notice. */
export const BROKEN_FACTORIES: Readonly<Record<string, new (inner: IMechanismFactory) => IMechanismFactory>> = {
  'its name has 1 to 20 printable characters': class extends ThroughFactory {
    public override get name(): string {
      return 'MY MECHANISM';
    }
  },
  'the options of its sockets ask for it, and those of others do not': class extends ThroughFactory {
    public override wanted(): boolean {
      return false;
    }
  },
};

/** Mechanisms without protection (NULL) that break one rule each. */
export const BROKEN_HANDSHAKES: Readonly<Record<string, Make>> = {
  'a handshake completes on both sides, whoever starts first': class extends Through {
    private late = false;
    public override start(sink: IMechanismSink): void {
      // Who is started second waits for the other to speak first, and so does the other.
      this.late = this.factory.first !== this;
      if (this.late) this.sink = sink;
      else super.start(sink);
    }
  },
  'complete is said once, and is the last that is said': class extends Through {
    public override complete(peer: Properties): void {
      super.complete(peer);
      super.sendCommand('BYE', Buffer.alloc(0));
    }
  },
  'each side learns what the other said of itself, by names in lower case': class extends Through {
    public override complete(peer: Properties): void {
      super.complete(new Map([...peer].map(([name, value]) => [name.toUpperCase(), value])));
    }
  },
  'what comes in a command is copied where it outlives the call': class extends Through {
    private kept: Buffer | undefined;
    public override onCommand(name: string, data: Buffer): void {
      const at = data.indexOf('the client');
      if (at >= 0) this.kept = data.subarray(at, at + 10);
      super.onCommand(name, data);
    }
    public override complete(peer: Properties): void {
      const copy = new Map(peer);
      if (this.kept !== undefined) copy.set('identity', this.kept);
      super.complete(copy);
    }
  },
  'no command is larger than the other side has said that it may be': class extends Through {
    public override get commandLimit(): number {
      return 20;
    }
  },
  'two connections of one mechanism do not know of each other': class extends Through {
    public override onCommand(name: string, data: Buffer): void {
      const { busy } = this.factory as ThroughFactory & { busy?: { readonly config: MechanismConfig } };
      if (busy !== undefined && busy !== this && busy.config.socketType === this.config.socketType) return;
      super.onCommand(name, data);
    }
    public override start(sink: IMechanismSink): void {
      const factory = this.factory as ThroughFactory & { busy?: Through };
      if (this.config.socketType === 'DEALER' && factory.busy === undefined) factory.busy = this;
      super.start(sink);
    }
    public override complete(peer: Properties): void {
      const factory = this.factory as ThroughFactory & { busy?: Through | undefined };
      if (factory.busy === this) factory.busy = undefined;
      super.complete(peer);
    }
  },
  'a command that does not belong here fails the handshake': class extends Through {
    public override onCommand(name: string, data: Buffer): void {
      if (name !== 'NONSENSE') super.onCommand(name, data);
      else this.complete(new Map());
    }
  },
  'the command ERROR of the peer fails the handshake': class extends Through {
    public override onCommand(name: string, data: Buffer): void {
      if (name !== 'ERROR') super.onCommand(name, data);
    }
  },
  'whatever comes in place of a command, nothing is thrown, and there is one verdict at most': class extends Through {
    public override onCommand(name: string, data: Buffer): void {
      if (name === 'READY' && data.length === 0) throw new Error('READY without properties');
      super.onCommand(name, data);
    }
  },
  'close may come at any moment, twice too, and nothing is said after it': class extends Through {
    private closed = false;
    public override close(): void {
      if (this.closed) throw new Error('closed twice');
      this.closed = true;
      super.close();
    }
  },
  'sockets with these options converse': class extends Through {
    public override complete(peer: Properties, verified?: Properties, cipher?: ITrafficCipher): void {
      // The kit's own handshakes are between a DEALER and a ROUTER.
      if (['DEALER', 'ROUTER'].includes(this.config.socketType)) super.complete(peer, verified, cipher);
      else this.fail(new ZmqError('ProtocolViolation', 'not with me', { fatal: true }));
    }
  },
};

/** Mechanisms that let somebody in. Tried on PLAIN. */
export const BROKEN_DOORS: Readonly<Record<string, Make>> = {
  'a stranger fails the handshake, and learns it by a ZmqError': class extends Through {
    public override fail(error: ZmqError): void {
      const asked = this.config.options.plainServer && error.code === 'AuthenticationFailure';
      if (asked) this.complete(new Map([['socket-type', Buffer.from('DEALER')]]));
      else super.fail(error);
    }
  },
  'a stranger does not get in where a socket is bound': class extends Through {
    public override fail(error: ZmqError): void {
      const whole = this.config.socketType === 'REP' && error.code === 'AuthenticationFailure';
      if (whole) this.complete(new Map([['socket-type', Buffer.from('REQ')]]));
      else super.fail(error);
    }
    public override sendCommand(name: string, data: Buffer): void {
      if (name !== 'ERROR' || this.config.socketType !== 'REP') super.sendCommand(name, data);
    }
  },
};

/** Ciphers that break one rule each. Tried on CURVE. */
export const BROKEN_CIPHERS: Readonly<Record<string, (cipher: ITrafficCipher) => ITrafficCipher | undefined>> = {
  'the traffic is protected in both directions': () => undefined,
  'what is sealed opens to the same flags and content, in place': (cipher) => ({
    overhead: cipher.overhead,
    seal: (flags, buffer, offset, size) => cipher.seal(flags, buffer, offset, size),
    open: (buffer, offset, size) => cipher.open(buffer, offset, size) & ~1,
    get refusal() {
      return cipher.refusal;
    },
  }),
  'what was changed on the way is refused, with a reason': (cipher) => ({
    overhead: cipher.overhead,
    seal: (flags, buffer, offset, size) => cipher.seal(flags, buffer, offset, size),
    open: (buffer, offset, size) => Math.max(0, cipher.open(buffer, offset, size)),
    refusal: undefined,
  }),
};

/** A mechanism with another cipher in the place of its own. */
export function withCipher(exchange: (cipher: ITrafficCipher) => ITrafficCipher | undefined): Make {
  return class extends Through {
    public override complete(peer: Properties, verified?: Properties, cipher?: ITrafficCipher): void {
      const whole = !['DEALER', 'ROUTER'].includes(this.config.socketType);
      super.complete(peer, verified, cipher === undefined || whole ? cipher : exchange(cipher));
    }
  };
}
