/** The background process, with its health on a port of its own. */
import { Settings } from '@app/platform/config/settings.js';
import { createHealthApplication } from '@app/platform/http/http-application.js';
import { runProcess } from '@app/platform/process/run.js';
import { WorkerModule } from './worker.module.js';
import { readSettings } from '../../settings.js';

await runProcess(async () => {
  const settings = readSettings(process.env);
  const app = await createHealthApplication(WorkerModule.for(settings));
  const { host, workerPort } = settings.get(Settings).http;
  await app.listen(workerPort, host);
  return app;
});
