// What an integration or e2e suite finds: the servers of its worker. When a test fails, it prints what the started processes wrote;
// their output is otherwise not shown.
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
