import { IClock, IScheduler } from '../core/contracts/clock.js';
import type { ContextModule } from '../core/contracts/module.js';
import { IRandom } from '../core/contracts/random.js';
import { ITransport } from '../core/contracts/transport.js';
import { InprocTransport } from '../engines/transports/inproc.js';
import { IpcTransport } from '../engines/transports/ipc.js';
import { TransportRegistry } from '../engines/transports/registry.js';
import { TcpTransport } from '../engines/transports/tcp.js';
import { ITcpSockets, TcpSockets } from '../engines/transports/tcp-sockets.js';
import { contextModule } from './module.js';
import {
  InprocTransportToken,
  IpcTransportToken,
  TcpSocketsToken,
  TcpTransportToken,
  TransportRegistryToken,
} from './tokens.js';

/** tcp, ipc and inproc. */
export function transportsModule(): ContextModule {
  return contextModule(({ bind }) => {
    bind(TcpSocketsToken)
      .toResolvedValue(
        (clock: IClock, scheduler: IScheduler, random: IRandom) => new TcpSockets(clock, scheduler, random),
        [IClock, IScheduler, IRandom],
      )
      .inSingletonScope();
    bind(ITcpSockets).toService(TcpSocketsToken);
    bind(TcpTransportToken)
      .toResolvedValue((tcp: TcpSockets) => new TcpTransport(tcp), [TcpSocketsToken])
      .inSingletonScope();
    bind(IpcTransportToken)
      .toResolvedValue(
        (clock: IClock, scheduler: IScheduler, random: IRandom) => new IpcTransport(clock, scheduler, random),
        [IClock, IScheduler, IRandom],
      )
      .inSingletonScope();
    bind(InprocTransportToken)
      .toResolvedValue((scheduler: IScheduler) => new InprocTransport(scheduler), [IScheduler])
      .inSingletonScope();
    bind(ITransport).toService(TcpTransportToken);
    bind(ITransport).toService(IpcTransportToken);
    bind(ITransport).toService(InprocTransportToken);
    bind(TransportRegistryToken)
      .toResolvedValue(
        (transports: ITransport[]) => new TransportRegistry(transports),
        [{ serviceIdentifier: ITransport, isMultiple: true }],
      )
      .inSingletonScope();
  });
}
