/**
 * Read before each integration or e2e suite: gives it the servers of its worker, prints the output of the started processes when a test fails, and searches
 * all of it for secrets and faults (P1).
 */
import { inject } from 'vitest';
import { endSuite, lastLines } from './processes.js';

// Vitest numbers its workers from 1.
Object.assign(process.env, inject('servers')[Number(process.env.VITEST_POOL_ID) - 1]);
// Without these variables no suite can reach the developer's own database or broker by mistake.
delete process.env.DATABASE_URL;
delete process.env.AMQP_URL;

afterEach(({ task }) => {
  if (task.result?.state === 'fail') printReports();
});
afterAll(({}, { tasks }) => {
  if (tasks.some(({ result }) => result?.state === 'fail')) printReports();
  endSuite();
});

function printReports(): void {
  for (const lines of lastLines()) process.stderr.write(`${lines}\n`);
}
