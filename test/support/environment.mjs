// Prints what the started processes wrote when a test fails: their output is otherwise kept quiet.
import { TestEnvironment } from 'jest-environment-node';

export default class extends TestEnvironment {
  handleTestEvent({ name }) {
    if (name !== 'test_fn_failure' && name !== 'hook_failure') return;
    for (const report of this.global.processReports ?? []) process.stderr.write(`${report()}\n`);
  }
}
