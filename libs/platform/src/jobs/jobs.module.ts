/** Jobs of all contexts: the port in every process, and the runner in processes that work. */
import { DynamicModule, Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { JobRunner } from './job-runner.js';
import { Jobs } from './jobs.js';
import { PostgresJobs } from './postgres-jobs.js';

@Module({})
export class JobsModule {
  static for({ runs }: { runs: boolean }): DynamicModule {
    return {
      module: JobsModule,
      global: true,
      imports: runs ? [DiscoveryModule] : [],
      providers: [{ provide: Jobs, useClass: PostgresJobs }, ...(runs ? [JobRunner] : [])],
      exports: [Jobs],
    };
  }
}
