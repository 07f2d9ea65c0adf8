// The environment of the integration and e2e suites. It gives a suite the servers of its worker, and prints the output of the started
// processes when a test fails. Otherwise their output is not shown.
import { TestEnvironment } from 'jest-environment-node';

export default class extends TestEnvironment {
  async setup() {
    await super.setup();
    const servers = JSON.parse(process.env.TEST_SERVERS ?? '[]');
    Object.assign(this.global.process.env, servers[Number(process.env.JEST_WORKER_ID) - 1]);
  }

  handleTestEvent({ name }) {
    if (name !== 'test_fn_failure' && name !== 'hook_failure') return;
    for (const report of this.global.processReports ?? []) process.stderr.write(`${report()}\n`);
  }
}
