/** Runs the jobs of this process: finds every class marked with `@Job` and starts a schedule for each lane. */
import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { Alerts } from '@app/kernel/alerts.js';
import { ClsService } from 'nestjs-cls';
import { Settings } from '../config/settings.js';
import { Schedule } from '../schedule/schedule.js';
import { definitionOf, type JobHandler, type JobLane } from './job.js';
import { Jobs } from './jobs.js';
import { LaneRunner } from './lane-runner.js';
import { RateLimitBackoff } from './rate-limit-backoff.js';

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

class LaneSchedule extends Schedule {
  readonly #backoff: RateLimitBackoff;
  #isPrepared = false;

  constructor(
    cls: ClsService,
    { jobs }: Settings,
    private readonly runner: LaneRunner,
  ) {
    super(cls, jobs.tickMs);
    this.#backoff = new RateLimitBackoff(jobs);
  }

  protected async work(): Promise<boolean> {
    if (!this.#isPrepared) await this.runner.enqueueRepeated();
    this.#isPrepared = true;
    if (this.#backoff.isActive) return false;
    const { ran, rateLimited } = await this.runner.run();
    this.#backoff.record({ rateLimited });
    return ran > 0 && !rateLimited;
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
      return new LaneSchedule(this.cls, this.settings, runner);
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
