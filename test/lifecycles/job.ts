/** The transitions of a job, from the jobs in memory, which share a contract suite with those in PostgreSQL. */
import { HOUR_MS } from '@app/kernel/durations.js';
import { FixedClock } from '@app/kernel/testing/fixed-clock.js';
import type { ClaimedJob } from '@app/platform/jobs/jobs.js';
import { InMemoryJobs } from '@app/platform/testing/in-memory-jobs.js';
import { NONE } from './diagrams.js';
import { Transitions } from './explore.js';

const JOB = { kind: 'lifecycles.example', subject: 'one' };
const NAME = `${JOB.kind} ${JOB.subject}`;
const LEASE_MS = 60_000;

export async function observeJob(): Promise<string[]> {
  const transitions = new Transitions();

  class ObservedJobs {
    readonly clock = new FixedClock();
    readonly jobs = new InMemoryJobs(this.clock);
    #claimed: ClaimedJob | undefined;

    get status(): string {
      const row = this.jobs.all.get(NAME);
      if (row === undefined) return NONE;
      if (row.runAt === null) return 'idle';
      if (row.runAt <= this.clock.now().getTime()) return 'due';
      return row.claim === null ? 'scheduled' : 'running';
    }

    get key(): string {
      const { requests = 0, keySince = null } = this.jobs.all.get(NAME) ?? {};
      return JSON.stringify([this.status, keySince !== null, requests > (this.#claimed?.requests ?? requests)]);
    }

    acts(): Record<string, () => Promise<void>> {
      const claimed = this.status === 'running' ? this.#claimed : undefined;
      const whileClaimed = (act: (job: ClaimedJob) => Promise<void>) => () => (claimed === undefined ? Promise.resolve() : act(claimed));
      return this.observed({
        enqueue: () => this.jobs.enqueue([JOB]),
        enqueueLater: () => this.jobs.enqueue([{ ...JOB, delayMs: HOUR_MS }]),
        useKey: async () => void (await this.jobs.key(JOB)),
        claim: async () => void ([this.#claimed] = await this.jobs.claim({ kinds: [JOB.kind], limit: 1, leaseMs: LEASE_MS })),
        complete: whileClaimed((job) => this.jobs.complete(job)),
        completeRepeated: whileClaimed((job) => this.jobs.complete(job, { repeatAfterMs: HOUR_MS })),
        fail: whileClaimed((job) => this.jobs.fail(job, 'no')),
        release: whileClaimed((job) => this.jobs.release([job])),
        withdraw: () => this.jobs.withdraw(JOB),
        wait: () => Promise.resolve(this.clock.advance(HOUR_MS)),
      });
    }

    private observed(acts: Record<string, () => Promise<void>>): Record<string, () => Promise<void>> {
      const observe = (act: () => Promise<void>) => async (): Promise<void> => {
        const before = this.status;
        await act();
        transitions.add(before, this.status);
      };
      return Object.fromEntries(Object.entries(acts).map(([name, act]) => [name, observe(act)]));
    }
  }

  // Jobs cannot be copied: each state is reached again by the acts that led to it.
  const reach = async (path: readonly string[]): Promise<ObservedJobs> => {
    const jobs = new ObservedJobs();
    for (const act of path) await jobs.acts()[act]!();
    return jobs;
  };
  const seen = new Set([new ObservedJobs().key]);
  const queue: string[][] = [[]];
  for (let path = queue.shift(); path !== undefined; path = queue.shift()) {
    for (const act of Object.keys(new ObservedJobs().acts())) {
      const { key } = await reach([...path, act]);
      if (seen.has(key)) continue;
      seen.add(key);
      queue.push([...path, act]);
    }
  }
  return transitions.lines;
}
