// What a process allocates, by place. `node --heap-prof` leaves out what has been collected, which is nearly everything
// that a message costs.
import { writeFileSync } from 'node:fs';
import { Session } from 'node:inspector';

/** One sample for so many bytes, on average. The default of V8; at 1 GB/s it costs a few percent. */
const INTERVAL = 32 * 1024;

/** Starts, and answers what writes the profile to `file`. */
export function recordAllocations(file) {
  const session = new Session();
  session.connect();
  session.post('HeapProfiler.startSampling', {
    samplingInterval: INTERVAL,
    includeObjectsCollectedByMajorGC: true,
    includeObjectsCollectedByMinorGC: true,
  });
  return () =>
    session.post('HeapProfiler.stopSampling', (error, result) => {
      if (error !== null) throw new Error(`No profile of the allocations: ${error.message}`);
      writeFileSync(file, JSON.stringify(result.profile));
    });
}
