/** The background process, with its health on a port of its own. */
import { readSettings } from '@app/platform/config/settings.js';
import { createHealthApplication } from '@app/platform/http/http-application.js';
import { runProcess } from '@app/platform/process/run.js';
import { WorkerModule } from './worker.module.js';

await runProcess(async () => {
  const settings = readSettings(process.env);
  const app = await createHealthApplication(WorkerModule.for(settings));
  await app.listen(settings.http.workerPort, settings.http.host);
  return app;
});
