import type { Options } from './peer.js';

/** A pair of keys, as Z85: those of the recorded vectors. */
interface Keys {
  readonly publicKey: string;
  readonly secretKey: string;
}

export const serverKeys: Keys = {
  publicKey: 'K3HW^WVq.zo69t)(umF>:XvwTj:QGN^yKlWaVH(S',
  secretKey: '009c61o!#m2NH?C3>iWS5d]J*6CRx17-skh9337x',
};
export const clientKeys: Keys = {
  publicKey: 'hgP.#hDUHSUiE^h?&P6wi8P5^Qk?rT(1ek&+[:+/',
  secretKey: 'ar.{NbQB=+c[cR@eg&FcfFLssg=mfIi5%2YjuU>)',
};

/** Whom both sides let in. Everybody else is refused. */
export const admitted = {
  username: 'admin',
  password: 'open sesame',
  publicKey: clientKeys.publicKey,
  userId: 'the admin',
} as const;

/** What makes a socket the server or the client of a mechanism. */
export interface Security {
  readonly name: 'NULL' | 'PLAIN' | 'CURVE';
  readonly server: Options;
  readonly client: Options;
}

export const securities: readonly Security[] = [
  { name: 'NULL', server: {}, client: {} },
  {
    name: 'PLAIN',
    server: { plainServer: true },
    client: { plainUsername: admitted.username, plainPassword: admitted.password },
  },
  {
    name: 'CURVE',
    server: { curveServer: true, curveSecretKey: serverKeys.secretKey },
    client: {
      curveServerKey: serverKeys.publicKey,
      curvePublicKey: clientKeys.publicKey,
      curveSecretKey: clientKeys.secretKey,
    },
  },
];
