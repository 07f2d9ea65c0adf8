/** Marks a job: a provider whose `run` is called by the job runner for each due job of its kind. */
import { Injectable } from '@nestjs/common';

export interface JobHandler {
  /** The job runs again after this time. Without it, the job runs only when it is enqueued. */
  readonly everyMs?: number;

  /**
   * No transaction is active, so it may call other servers. An error makes the job due again, later; `JobPostponed` says when.
   * It may run twice for one request, because a lease can end while its worker lives.
   */
  run(subject: string): Promise<void>;
}

/** Thrown by a job that waits for what takes long. It has not failed: no alert counts it. */
export class JobPostponed extends Error {
  constructor(
    readonly byMs: number,
    reason: string,
    options?: ErrorOptions,
  ) {
    super(reason, options);
    this.name = JobPostponed.name;
  }
}

/** Jobs that share workers. A lane never waits for another one. */
export interface JobLane {
  readonly name: string;
  /** How many jobs a process runs at the same time. */
  readonly concurrency: number;
  /** How long a job stays with a worker that died. A worker that lives renews the lease at each third of it. */
  readonly leaseMs: number;
  /** Whether an error means that the remote side asks for fewer requests. Such a job has not failed; the lane pauses. */
  readonly isRateLimit?: (error: unknown) => boolean;
}

interface JobDefinition {
  readonly kind: string;
  readonly lane: JobLane;
}

/** The subject of a job that is repeated and about nothing in particular. */
export const NO_SUBJECT = 'all';

const DEFINITION = Symbol('job');

export function Job(kind: string, { lane }: { lane: JobLane }) {
  return (target: new (...dependencies: never[]) => JobHandler): void => {
    Injectable()(target);
    Object.defineProperty(target, DEFINITION, { value: { kind, lane } satisfies JobDefinition });
  };
}

/** The definition of a class marked with `@Job`, or null. */
export function definitionOf(target: unknown): JobDefinition | null {
  if (typeof target !== 'function') return null;
  return (target as { [DEFINITION]?: JobDefinition })[DEFINITION] ?? null;
}
