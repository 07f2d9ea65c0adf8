/** The modules of the reports context: what every process provides, and what the API and the worker add to it. */
import { Module } from '@nestjs/common';
import { reportsHandlers, reportsReactions } from './application/handlers.js';
import { RebuildProgress } from './domain/rebuild-progress.js';
import { ReportFacts } from './domain/report-facts.js';
import { PostgresRebuildProgress } from './infrastructure/postgres-rebuild-progress.js';
import { PostgresReportFacts } from './infrastructure/postgres-report-facts.js';
import { ReportsController } from './infrastructure/reports.controller.js';

const ports = [
  { provide: ReportFacts, useClass: PostgresReportFacts },
  { provide: RebuildProgress, useClass: PostgresRebuildProgress },
];

@Module({ providers: [...ports, ...reportsHandlers], exports: [ReportFacts] })
export class ReportsModule {}

@Module({ imports: [ReportsModule], controllers: [ReportsController] })
export class ReportsApi {}

@Module({ imports: [ReportsModule], providers: reportsReactions })
export class ReportsWorker {}
