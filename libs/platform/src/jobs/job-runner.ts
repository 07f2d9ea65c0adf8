/** Runs the jobs of this process: finds every class marked with `@Job` and starts a schedule for each lane. */
import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { Alerts } from '@app/kernel/alerts.js';
import { ClsService } from 'nestjs-cls';
import { ShutdownDeadline } from '../concurrency/shutdown-deadline.js';
import { Settings } from '../config/settings.js';
import { Schedule } from '../schedule/schedule.js';
import { definitionOf, type JobHandler, type JobLane } from './job.js';
import { Jobs } from './jobs.js';
import { type JobOutcome, LaneRunner } from './lane-runner.js';
import { RateLimitBackOff } from './rate-limit-back-off.js';

interface Lane {
  readonly lane: JobLane;
  readonly handlers: Map<string, JobHandler>;
}

/** Groups providers by the lane of their job. Throws where two jobs have one kind, or two lanes one name. */
export function lanesOf(providers: readonly { metatype: unknown; instance: unknown }[]): Lane[] {
  const lanes = new Map<string, Lane>();
  const kinds = new Set<string>();
  for (const { metatype, instance } of providers) {
    const definition = definitionOf(metatype);
    if (definition === null) continue;
    const { kind, lane } = definition;
    if (kinds.has(kind)) throw new Error(`Two jobs have the kind ${kind}`);
    kinds.add(kind);
    const found = lanes.get(lane.name) ?? { lane, handlers: new Map<string, JobHandler>() };
    if (found.lane !== lane) throw new Error(`Two lanes have the name ${lane.name}`);
    found.handlers.set(kind, instance as JobHandler);
    lanes.set(lane.name, found);
  }
  return [...lanes.values()];
}

/** A job that takes long keeps its own place of the lane, and no other. */
class LaneSchedule extends Schedule {
  readonly #logger = new Logger('Jobs');
  readonly #backoff: RateLimitBackOff;
  readonly #ends = new Set<Promise<void>>();
  /** Ends in a row without a rate limit. */
  #passedCount = 0;
  #broken: { readonly error: unknown } | null = null;
  #isPrepared = false;
  #shutdown: ShutdownDeadline | null = null;

  constructor(
    cls: ClsService,
    private readonly settings: Settings['jobs'],
    private readonly lane: JobLane,
    private readonly runner: LaneRunner,
  ) {
    super(cls, settings.tickMs);
    this.#backoff = new RateLimitBackOff(settings);
  }

  override onModuleDestroy(): void {
    this.#shutdown = new ShutdownDeadline();
    this.runner.stop();
    super.onModuleDestroy();
  }

  override async beforeApplicationShutdown(): Promise<void> {
    await super.beforeApplicationShutdown();
    if ((await this.#shutdown?.finished(Promise.all(this.#ends))) === false)
      this.#logger.error({ lane: this.lane.name, jobs: this.#ends.size }, 'Jobs did not end in time');
  }

  /** Throws what the table of jobs threw. */
  protected async work(): Promise<boolean> {
    if (!this.#isPrepared) await this.runner.enqueueRepeated();
    this.#isPrepared = true;
    if (!this.#backoff.isActive) await this.begin();
    if (this.#ends.size === 0) return false;
    await this.oneEnds();
    const broken = this.#broken;
    this.#broken = null;
    if (broken !== null) throw broken.error;
    return true;
  }

  private async begin(): Promise<void> {
    const ends = await this.runner.begin();
    for (const end of ends) {
      const followed: Promise<void> = end
        .then(
          (outcome) => this.record(outcome),
          (error: unknown) => void (this.#broken = { error }),
        )
        .finally(() => this.#ends.delete(followed));
      this.#ends.add(followed);
    }
    if (this.#ends.size === 0) this.#backoff.record({ rateLimited: false });
  }

  /** Jobs that run side by side meet one limit: it counts once. It is over when as many in a row as the lane runs at the same time met none. */
  private record(outcome: JobOutcome): void {
    if (outcome !== 'rate-limited') {
      if (++this.#passedCount >= this.lane.concurrency) this.#backoff.record({ rateLimited: false });
      return;
    }
    this.#passedCount = 0;
    if (!this.#backoff.isActive) this.#backoff.record({ rateLimited: true });
  }

  /** Or a tick passes: then there may be new jobs for the places that are free. */
  private async oneEnds(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const tick = new Promise<void>((resolve) => (timer = setTimeout(resolve, this.settings.tickMs)));
    await Promise.race([...this.#ends, tick]);
    clearTimeout(timer);
  }
}

@Injectable()
export class JobRunner implements OnApplicationBootstrap, OnModuleDestroy, BeforeApplicationShutdown {
  #schedules: LaneSchedule[] = [];

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly jobs: Jobs,
    private readonly alerts: Alerts,
    private readonly settings: Settings,
    private readonly cls: ClsService,
  ) {}

  onApplicationBootstrap(): void {
    this.#schedules = lanesOf(this.discovery.getProviders()).map(({ lane, handlers }) => {
      const runner = new LaneRunner(lane, handlers, this.jobs, this.alerts);
      return new LaneSchedule(this.cls, this.settings.jobs, lane, runner);
    });
    for (const schedule of this.#schedules) schedule.onApplicationBootstrap();
  }

  onModuleDestroy(): void {
    for (const schedule of this.#schedules) schedule.onModuleDestroy();
  }

  /** A job that does not end in time is left to its lease. */
  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all(this.#schedules.map((schedule) => schedule.beforeApplicationShutdown()));
  }
}
