import { readFileSync } from 'node:fs';
import type { TlsSettings } from 'rzmq/tls';

/** A file of examples/certificates: certificates for tests and examples, which are good until 2120. */
export function pem(name: string): Buffer {
  return readFileSync(new URL(`../../examples/certificates/${name}.pem`, import.meta.url));
}

/** Mutual TLS between a server and alice. */
export const TLS_SETTINGS: TlsSettings = {
  server: { key: pem('server.key'), cert: pem('server'), ca: pem('authority'), requestCert: true },
  client: { key: pem('alice.key'), cert: pem('alice'), ca: pem('authority') },
};

/** The server shows a certificate, the client none. */
export const ONE_SIDED: TlsSettings = {
  server: { key: pem('server.key'), cert: pem('server') },
  client: { ca: pem('authority') },
};
