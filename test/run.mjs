// Runs every check, also after one failed, and ends with one line that says how many passed.
// `node test/run.mjs unit|sandbox|integration|e2e [pattern]` runs one suite and shows it as it goes.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const build = ['make', '--no-print-directory', 'build'];

const tools = {
  types: ['tsc', '--noEmit'],
  format: ['prettier', '--check', '--log-level', 'warn', '.'],
  lint: ['eslint', '.', '--max-warnings', '0'],
  boundaries: ['depcruise', '--config', '.dependency-cruiser.cjs', 'apps', 'libs'],
};

const jest = [process.execPath, '--experimental-vm-modules', '--disable-warning=ExperimentalWarning', 'node_modules/jest/bin/jest.js'];

const suites = {
  unit: ['--maxWorkers=100%'],
  sandbox: ['--maxWorkers=100%'],
  // A suite that leaves something open fails nobody's build by hanging it.
  integration: ['--runInBand', '--forceExit'],
  e2e: ['--runInBand', '--forceExit'],
};

// Suites that start the built processes.
const needsBuild = new Set(['integration', 'e2e']);

const print = (line) => process.stdout.write(`${line}\n`);

let interrupted = false;
// Ctrl-C reaches the children as well; this process waits for their cleaning up.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => (interrupted = true));

const [suite, pattern] = process.argv.slice(2);
process.exitCode = suite ? await runOne(suite, pattern) : await runAll();

async function runAll() {
  const total = { passed: 0, failed: 0 };
  const count = async (name, check) => {
    if (interrupted) return false;
    const begun = performance.now();
    const { passed, failed, output } = await check();
    const seconds = `${((performance.now() - begun) / 1000).toFixed(1)} s`;
    print(`${failed ? 'FAILED' : 'ok    '} ${name.padEnd(11)} ${seconds.padStart(8)}  ${passed} passed, ${failed} failed`);
    if (failed) print(`${readable(output)}\n`);
    total.passed += passed;
    total.failed += failed;
    return failed === 0;
  };
  if (await count('build', () => runTool(build))) {
    for (const [name, command] of Object.entries(tools)) await count(name, () => runTool(command));
    for (const name of Object.keys(suites)) await count(name, () => runSuite(name));
  }
  if (interrupted) total.failed += 1;
  print(`${total.passed} passed, ${total.failed} failed`);
  return total.failed ? 1 : 0;
}

/** Without what passed, and without Jest's second list of the same failures. */
function readable(output) {
  const [first] = output.split('\nSummary of all failing tests\n');
  return first.replace(/^(PASS|\s+✓) .*\n/gm, '').trim();
}

async function runTool(command) {
  const { code, output } = await run(command, 'pipe');
  return code === 0 ? { passed: 1, failed: 0, output } : { passed: 0, failed: 1, output };
}

async function runSuite(name) {
  const folder = mkdtempSync(join(tmpdir(), 'movie-reservation-results-'));
  const report = join(folder, 'report.json');
  try {
    const { code, output } = await run([...jest, '--selectProjects', name, ...suites[name], '--json', '--outputFile', report], 'pipe');
    return { ...counted(report, code), output };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What was skipped was not shown to work. A suite that could not be loaded counts as one failure, and so does a run without tests. */
function counted(report, code) {
  let results;
  try {
    results = JSON.parse(readFileSync(report, 'utf8'));
  } catch {
    return { passed: 0, failed: 1 };
  }
  const failed = results.numFailedTests + results.numPendingTests + results.numTodoTests + results.numRuntimeErrorTestSuites;
  const unexplained = failed === 0 && (code !== 0 || results.numTotalTests === 0);
  return { passed: results.numPassedTests, failed: unexplained ? 1 : failed };
}

async function runOne(name, only) {
  if (!(name in suites)) throw new Error(`There is no suite ${name}; there are ${Object.keys(suites).join(', ')}.`);
  const built = needsBuild.has(name) ? await run(build, 'inherit') : { code: 0 };
  if (built.code !== 0) return built.code;
  const { code } = await run(
    [...jest, '--selectProjects', name, ...suites[name], ...(only ? ['--testPathPatterns', only] : [])],
    'inherit',
  );
  return code;
}

/** Resolves to the exit code and, if piped, to both streams as one text (without Jest's copy of the report, which goes to stdout). */
function run([program, ...args], stdio) {
  const { MAKEFLAGS: _flags, MFLAGS: _shortFlags, MAKELEVEL: _level, ...env } = process.env;
  const child = spawn(program, args, { env, stdio: ['inherit', stdio, stdio] });
  let output = '';
  const streams = args.includes('--json') ? [child.stderr] : [child.stdout, child.stderr];
  if (stdio === 'pipe') {
    child.stdout.resume();
    for (const stream of streams) stream.setEncoding('utf8').on('data', (chunk) => (output += chunk));
  }
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ code: 1, output: String(error) }));
    child.once('close', (code) => resolve({ code: code ?? 1, output }));
  });
}
