import { type Frame, frameBytes, Msg } from '../core/msg.js';
import type { Pipe } from '../core/pipe.js';

/** What a ROUTER knows of one pipe. */
export class Route {
  public readonly pipe: Pipe;
  /**
   * The name that its messages are given, once it has one: one Buffer for all of them, so that an answer finds its way
   * back by the identity of that Buffer.
   */
  public id: Buffer | undefined = undefined;
  /** Its name belongs to another peer: nothing that it sends is read. */
  public ignored = false;

  public constructor(pipe: Pipe) {
    this.pipe = pipe;
  }
}

/** Who has which routing id. Two keys for each: the Buffer that we gave out ourselves, and the bytes as text. */
export class RoutingTable {
  private readonly byBuffer: Map<Buffer, Route> = new Map();
  private readonly byBytes: Map<string, Route> = new Map();

  /** Gives the route its id. The id must be free. */
  public add(route: Route, id: Buffer): void {
    route.id = id;
    this.byBuffer.set(id, route);
    this.byBytes.set(id.toString('latin1'), route);
  }

  /** Takes the route out, if it is the one that has its id. It keeps the id for what it sent before. */
  public remove(route: Route): void {
    const id = route.id;
    if (id === undefined || !this.byBuffer.delete(id)) return;
    this.byBytes.delete(id.toString('latin1'));
  }

  /** True while the route has its id; false before, and after another took it. */
  public has(route: Route): boolean {
    return route.id !== undefined && this.byBuffer.has(route.id);
  }

  /** The route that the first frame of a message names. */
  public find(frame: Frame): Route | undefined {
    const id = frame instanceof Msg ? frame.data : frameBytes(frame);
    return this.byBuffer.get(id) ?? this.byBytes.get(id.toString('latin1'));
  }
}
