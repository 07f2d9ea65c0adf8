import pino from 'pino';
import { readOptions } from './environment.js';
import { startSandbox } from './sandbox.js';

const logger = pino({
  name: 'stripe-sandbox',
  level: process.env['LOG_LEVEL'] || 'info',
  formatters: { level: (level) => ({ level }) },
});

try {
  const sandbox = await startSandbox({ ...readOptions(process.env), log: (line) => logger.warn(line) });
  logger.info({ url: sandbox.url }, 'the Stripe sandbox is listening');
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      sandbox.close().catch((error: unknown) => {
        logger.error(error);
        process.exitCode = 1;
      });
    });
  }
} catch (error) {
  logger.fatal(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
