import { describe, expect, it } from '@jest/globals';
import { curveKeyPair } from 'rzmq';
import { useGround } from '../support/spec-ground.js';
import { STREAMS } from '../support/spec-transports.js';

describe.each(STREAMS.map((transport) => [transport.name, transport] as const))(
  'a CURVE server that changes its key, over %s',
  (_name, transport) => {
    const ground = useGround();
    const [now, before, longBefore, never] = Array.from({ length: 4 }, curveKeyPair) as [
      ReturnType<typeof curveKeyPair>,
      ReturnType<typeof curveKeyPair>,
      ReturnType<typeof curveKeyPair>,
      ReturnType<typeof curveKeyPair>,
    ];

    it('lets in clients that know it by any of its keys, each of which is sure of it', async () => {
      const rep = ground.socket('REP', {
        curveServer: true,
        curveSecretKey: now.secretKey,
        curvePreviousSecretKeys: [before.secretKey, longBefore.secretKey],
      });
      const endpoint = await rep.bind(transport.endpoint());
      for (const { publicKey } of [now, before, longBefore]) {
        const req = ground.socket('REQ', { curveServerKey: publicKey, curveSecretKey: curveKeyPair().secretKey });
        await req.connect(endpoint);
        await req.send('hello');
        await rep.send([await rep.recv(), 'world']);
        expect((await req.recvMultipart()).map(String)).toEqual(['hello', 'world']);
      }
    });

    it('lets in nobody who knows it by another', async () => {
      const rep = ground.socket('REP', {
        curveServer: true,
        curveSecretKey: now.secretKey,
        curvePreviousSecretKeys: before.secretKey,
      });
      const endpoint = await rep.bind(transport.endpoint());
      const failed = ground.log(rep).next('handshake:error:protocol');
      const req = ground.socket('REQ', {
        curveServerKey: never.publicKey,
        curveSecretKey: curveKeyPair().secretKey,
      });
      await req.connect(endpoint);
      expect(await failed).toMatchObject({ error: { detail: 0x1100_0001 } });
    });

    it('takes the keys of the moment of its bind', async () => {
      const rep = ground.socket('REP', { curveServer: true, curveSecretKey: before.secretKey });
      const first = await rep.bind(transport.endpoint());
      rep.options.curveSecretKey = now.secretKey;
      rep.options.curvePreviousSecretKeys = [before.secretKey];
      const second = await rep.bind(transport.endpoint());
      for (const [endpoint, { publicKey }] of [
        [first, before],
        [second, before],
        [second, now],
      ] as const) {
        const req = ground.socket('REQ', { curveServerKey: publicKey, curveSecretKey: curveKeyPair().secretKey });
        await req.connect(endpoint);
        await req.send('hello');
        await rep.send(await rep.recv());
        expect(String(await req.recv())).toBe('hello');
      }
    });
  },
);
