import { describe, expect, test } from '@jest/globals';
import type { IAuthenticationClient } from '../../../src/core/contracts/authentication.js';
import type { IMechanismSink } from '../../../src/core/contracts/mechanism.js';
import type { ZmqError } from '../../../src/core/errors.js';
import { defaultValues } from '../../../src/core/options/defaults.js';
import { PlainServer } from '../../../src/engines/mechanisms/plain-server.js';

/** Somebody who thinks about it for ever. */
const THINKING: IAuthenticationClient = { available: true, ask: () => ({ cancel: () => undefined }) };

const HELLO = Buffer.from('\x04user\x05wrong', 'latin1');

describe('a PLAIN server that has not decided yet', () => {
  test.each(['nothing', 'null', 'undefined', '', 'INITIATE', 'HELLO', 'READY'])(
    'lets nobody in who says %j meanwhile',
    (name) => {
      const said: string[] = [];
      const sink: IMechanismSink = {
        sendCommand: (command) => said.push(command),
        sendFrame: () => said.push('frame'),
        complete: () => said.push('complete'),
        fail: (error: ZmqError) => said.push(error.code),
      };
      const options = { ...defaultValues('PULL'), plainServer: true };
      const server = new PlainServer(
        { socketType: 'PULL', options, metadata: Buffer.alloc(0), remoteAddress: '127.0.0.1:1' },
        THINKING,
        false,
      );
      server.start(sink);
      server.onCommand('HELLO', HELLO);
      expect(said).toEqual([]);
      server.onCommand(name, Buffer.alloc(0));
      expect(said).toEqual(['ProtocolViolation']);
    },
  );
});
