import type { SocketOptionValues } from './values.js';

/** The settings whose setter takes more than its getter gives. */
export interface WiderInputs {
  routingId: string | Uint8Array;
  connectRoutingId: string | Uint8Array | null;
  welcomeMessage: string | Uint8Array | null;
  helloMessage: string | Uint8Array | null;
  disconnectMessage: string | Uint8Array | null;
  hiccupMessage: string | Uint8Array | null;
  /** Text adds one network, `null` or `''` removes all, a list takes the place of all. */
  tcpAcceptFilter: string | null | readonly string[];
  /** Text adds one property, a list takes the place of all. */
  metadata: string | readonly string[];
  plainUsername: string | Uint8Array | null;
  plainPassword: string | Uint8Array | null;
  curvePublicKey: string | Uint8Array;
  curveSecretKey: string | Uint8Array;
  curveServerKey: string | Uint8Array;
  /** A list takes the place of all, and so does a single key. */
  curvePreviousSecretKeys: string | Uint8Array | null | readonly (string | Uint8Array)[];
}

/** Kept with the settings, and set by others of them only. */
export type FollowsFromOthers = 'securityMechanism';

/** What each setting accepts, by name. */
export type SocketOptionInputs = {
  [P in Exclude<keyof SocketOptionValues, FollowsFromOthers>]: P extends keyof WiderInputs
    ? WiderInputs[P]
    : SocketOptionValues[P];
};

/**
 * Settings for a new socket (or for every new socket of a Context), by name. What is left out, or undefined, keeps its
 * default.
 */
export type SocketOptionsInit = { [P in keyof SocketOptionInputs]?: SocketOptionInputs[P] | undefined };
