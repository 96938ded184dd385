import type { Endpoints } from './endpoints.js';
import { fromNodeError, ZmqError } from './errors.js';
import type { SocketOptions } from './options/socket-options.js';
import type { Pipe } from './pipe.js';
import type { EndpointCommand, NewEndpoint, Reply, SocketCommand } from './socket-command.js';
import type { Watchers } from './watchers.js';

/** The socket, as far as these commands need it. */
export interface ICommandedSocket {
  /** What refuses every command; `null` while the socket is open. */
  readonly closedBy: ZmqError | null;
  readonly watchers: Watchers;
  post(command: SocketCommand): boolean;
  report(command: SocketCommand): void;
  /** Until when what is queued may be sent, if it ends now. */
  lingerDeadline(): number;
}

/**
 * bind, connect and their opposites, as the user asks for them: each is a command in the mailbox of the socket, so that
 * they are done in the order in which they were asked for, and is answered once.
 */
export class EndpointCommands {
  /** Those that were asked for and not answered. */
  private underWay = 0;

  public constructor(
    private readonly socket: ICommandedSocket,
    private readonly endpoints: Endpoints,
    private readonly options: SocketOptions,
  ) {}

  /** True when every command has been answered. */
  public get answered(): boolean {
    return this.underWay === 0;
  }

  /** Resolves with the real endpoint once it listens. */
  public bind(endpoint: string): Promise<string> {
    const options = this.options.snapshot();
    return this.ask((reply) => ({ type: 'bind', endpoint, options, reply }));
  }

  /**
   * Resolves once the endpoint is accepted for connecting; the connection itself comes later, and again. Answers the pipe, if
   * there is one before the connection. The pattern has it by then.
   */
  public connect(endpoint: string): Promise<Pipe | undefined> {
    const options = this.options.snapshot();
    // ZMQ_CONNECT_ROUTING_ID is for one connection, this one.
    this.options.values.connectRoutingId = null;
    return this.ask((reply) => ({ type: 'connect', endpoint, options, reply }));
  }

  /** Resolves when the address is free. */
  public unbind(endpoint: string): Promise<void> {
    return this.ask((reply) => ({ type: 'unbind', endpoint, reply }));
  }

  public disconnect(endpoint: string): Promise<void> {
    return this.ask((reply) => ({ type: 'disconnect', endpoint, reply }));
  }

  /** The mailbox has come to it. */
  public handle(command: EndpointCommand): void {
    if (command.type === 'joined') {
      command.reply.resolve(command.pipe);
      return;
    }
    const { closedBy } = this.socket;
    if (closedBy !== null) {
      command.reply.reject(closedBy);
      return;
    }
    try {
      this.carryOut(command);
    } catch (error) {
      // A transport or engine of a plugin may throw anything; nothing has been changed by then.
      const { type, endpoint, reply }: { type: string; endpoint: unknown; reply: Reply<never> } = command;
      reply.reject(fromNodeError(error, `Cannot ${type} ${String(endpoint)}`, command.endpoint));
    }
  }

  private ask<T>(command: (reply: Reply<T>) => EndpointCommand): Promise<T> {
    this.underWay++;
    const { socket } = this;
    const asked = new Promise<T>((resolve, reject) => {
      if (socket.closedBy !== null) reject(socket.closedBy);
      else if (!socket.post(command({ resolve, reject }))) {
        reject(
          new ZmqError('ResourceLimitReached', 'Too many commands wait for this socket: await the earlier ones first.'),
        );
      }
    });
    const answered = (): void => {
      this.underWay--;
      socket.watchers.touched();
    };
    asked.then(answered, answered);
    return asked;
  }

  private carryOut(command: Exclude<EndpointCommand, { type: 'joined' }>): void {
    const { socket, endpoints } = this;
    switch (command.type) {
      case 'bind':
        this.listen(command, command.reply);
        break;
      case 'unbind':
        endpoints.unbind(command.endpoint, socket.lingerDeadline()).then(command.reply.resolve, command.reply.reject);
        break;
      case 'connect':
        socket.report({
          type: 'joined',
          pipe: endpoints.connect(command.endpoint, command.options),
          reply: command.reply,
        });
        break;
      case 'disconnect':
        endpoints.disconnect(command.endpoint, socket.lingerDeadline());
        command.reply.resolve();
        break;
      case 'bind now':
      case 'unbind now':
        command.reply.resolve(command.run(endpoints, socket.lingerDeadline()));
        break;
      default:
        command satisfies never;
    }
  }

  private listen({ endpoint, options }: NewEndpoint, reply: Reply<string>): void {
    this.endpoints.bind(endpoint, options).then((bound) => {
      const { closedBy } = this.socket;
      if (closedBy === null) reply.resolve(bound);
      else reply.reject(closedBy);
    }, reply.reject);
  }
}
