import { IClock, IScheduler } from '../core/contracts/clock.js';
import type { ContextModule } from '../core/contracts/module.js';
import { IRandom } from '../core/contracts/random.js';
import { ITransport } from '../core/contracts/transport.js';
import { InprocTransport } from '../engines/transports/inproc.js';
import { IpcTransport } from '../engines/transports/ipc.js';
import { TransportRegistry } from '../engines/transports/registry.js';
import { TcpTransport } from '../engines/transports/tcp.js';
import { contextModule } from './module.js';
import { InprocTransportToken, IpcTransportToken, TcpTransportToken, TransportRegistryToken } from './tokens.js';

/** tcp, ipc and inproc. */
export function transportsModule(): ContextModule {
  return contextModule(({ bind }) => {
    bind(TcpTransportToken)
      .toResolvedValue(
        (clock: IClock, scheduler: IScheduler, random: IRandom) => new TcpTransport(clock, scheduler, random),
        [IClock, IScheduler, IRandom],
      )
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
