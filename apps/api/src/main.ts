/** The HTTP process. */
import { Settings } from '@app/platform/config/settings.js';
import { LISTEN_BACKLOG_COUNT } from '@app/platform/http/connection-limits.js';
import { createHttpApplication } from '@app/platform/http/http-application.js';
import { runProcess } from '@app/platform/process/run.js';
import { ApiModule } from './api.module.js';
import { API_TEXTS } from '../../api-texts.js';
import { readSettings } from '../../settings.js';

await runProcess(async () => {
  const settings = readSettings(process.env);
  const app = await createHttpApplication(ApiModule.for(settings), settings, API_TEXTS);
  const { host, port } = settings.get(Settings).http;
  await app.listen({ port, host, backlog: LISTEN_BACKLOG_COUNT });
  return app;
});
