/** Runs a lane of jobs once, for specs: the runner of a process begins jobs and goes on. */
import type { LaneRunner } from '../jobs/lane-runner.js';

export interface LaneRun {
  /** Jobs that were completed or failed. */
  readonly ran: number;
  /** The remote side asks for fewer requests: those jobs were released. */
  readonly rateLimited: boolean;
}

/** Begins due jobs. Throws, after all of them ended, what the table of jobs threw. */
export async function runLane(lane: LaneRunner): Promise<LaneRun> {
  const outcomes = await Promise.allSettled(await lane.begin());
  const broken = outcomes.find((outcome) => outcome.status === 'rejected');
  if (broken !== undefined) throw broken.reason;
  const rateLimited = outcomes.filter((outcome) => outcome.status === 'fulfilled' && outcome.value === 'rate-limited').length;
  return { ran: outcomes.length - rateLimited, rateLimited: rateLimited > 0 };
}
