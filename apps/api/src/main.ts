/** The HTTP process. */
import { readSettings } from '@app/platform/config/settings.js';
import { createHttpApplication } from '@app/platform/http/http-application.js';
import { runProcess } from '@app/platform/process/run.js';
import { ApiModule } from './api.module.js';

await runProcess(async () => {
  const settings = readSettings(process.env);
  const app = await createHttpApplication(ApiModule.for(settings), settings);
  await app.listen(settings.http.port, settings.http.host);
  return app;
});
