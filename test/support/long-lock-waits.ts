/** For suites that hold a transaction back until others wait for it: a busy machine may need longer to see that than a process waits for a lock. */
import { SILENCE_MS } from '@app/platform/persistence/data-source.js';
import { TIMEOUTS_MS } from '@app/platform/persistence/timeouts.js';

/** Longer than `until` waits twice. A transaction of the test may do nothing meanwhile. */
const LONG_TIMEOUTS_MS = { lock_timeout: 90_000, statement_timeout: 100_000, idle_in_transaction_session_timeout: 100_000 };
const LONG_SILENCE_MS = 110_000;

const KINDS = ['api', 'worker'] as const;
const USUAL = KINDS.map((kind) => ({ kind, timeouts: { ...TIMEOUTS_MS[kind] }, silenceMs: SILENCE_MS[kind] }));

/** Of processes that start from now on, until the returned function is called. Not for a suite about those limits. */
export function lengthenLockWaits(): () => void {
  for (const kind of KINDS) {
    Object.assign(TIMEOUTS_MS[kind], LONG_TIMEOUTS_MS);
    SILENCE_MS[kind] = LONG_SILENCE_MS;
  }
  return () => {
    for (const { kind, timeouts, silenceMs } of USUAL) {
      Object.assign(TIMEOUTS_MS[kind], timeouts);
      SILENCE_MS[kind] = silenceMs;
    }
  };
}
