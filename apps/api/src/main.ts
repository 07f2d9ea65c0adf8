/** The HTTP process. */
import { Settings } from '@app/platform/config/settings.js';
import { LISTEN_BACKLOG_COUNT } from '@app/platform/http/limits/connection-limits.js';
import { createHttpApplication } from '@app/platform/http/http-application.js';
import { type Closable, runProcess } from '@app/platform/process/run.js';
import { ApiModule } from './api.module.js';
import { API_TEXTS } from '../../api-texts.js';
import { readSettings } from '../../settings.js';

/** Requests that wait survive collections, and each collection of the whole heap slows all of them: with 40 it took a tenth of the processor time. */
const HEAP_GROWTH_PERCENT = 100;

const start = async (): Promise<Closable> => {
  const settings = readSettings(process.env);
  const app = await createHttpApplication(ApiModule.for(settings), settings, API_TEXTS);
  const { host, port, readinessDelayMs } = settings.get(Settings).http;
  await app.listen({ port, host, backlog: LISTEN_BACKLOG_COUNT });
  return { close: () => app.close(), servesOnMs: readinessDelayMs };
};

await runProcess(start, { heapGrowthPercent: HEAP_GROWTH_PERCENT });
