/** Every handler of the reports context. The modules provide them, and specs wire them with fakes. */
import { RebuildReportsHandler } from './commands/rebuild-reports.js';
import { CapacityReportHandler } from './queries/capacity-report.js';
import { PopularMoviesHandler } from './queries/popular-movies.js';
import { ReconciliationHandler } from './queries/reconciliation.js';
import { RevenueReportHandler } from './queries/revenue-report.js';
export { reportsReactions } from './reports-reactions.js';

const commandHandlers = [RebuildReportsHandler];

const queryHandlers = [CapacityReportHandler, PopularMoviesHandler, ReconciliationHandler, RevenueReportHandler];

export const reportsHandlers = [...commandHandlers, ...queryHandlers];
