// Runs the checks and ends with one line that says how many passed. A failed check does not end the run.
// `node test/run.mjs`                    every check, as `make test` does
// `node test/run.mjs check`              the quick ones, as `make check` does
// `node test/run.mjs SUITE [PATTERN]`    one suite, shown as it goes; PATTERN is a part of the paths, or several with | between them
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';

const BUILD = ['make', '--no-print-directory', 'build'];

const TYPES = ['tsc', '--noEmit', '--incremental', '--tsBuildInfoFile', '.make/types.tsbuildinfo'];
const LINT = ['oxlint'];
const FORMAT = [
  'prettier',
  '--check',
  '--log-level',
  'warn',
  '--cache',
  '--cache-strategy',
  'content',
  '--cache-location',
  '.make/prettier',
  '.',
];

const VITEST = ['vitest', 'run'];
// Each worker has servers of its own, unless AMQP_URL names the only one. An integration suite waits a third of its time, so three keep a machine of two
// cores busy; an e2e suite starts several processes, and waits less.
const withServers = (workers) => [`--maxWorkers=${process.env.AMQP_URL ? 1 : workers}`];
const SUITES = { rules: [], unit: [], sandbox: [], integration: withServers(3), e2e: withServers(2), failover: [] };

const STARTS_BUILT_PROCESSES = new Set(['integration', 'e2e', 'failover']);

// A plan is a list of steps; a step is a list of lanes that run side by side; what stands in a lane runs one after another.
const PLANS = {
  check: [
    [
      [suite('unit'), suite('rules')],
      [tool('types', TYPES), tool('lint', LINT), tool('format', FORMAT)],
    ],
  ],
  test: [
    [[{ ...tool('build', BUILD), isRequired: true }]],
    [
      [suite('unit'), suite('sandbox')],
      [tool('types', TYPES), tool('lint', LINT), tool('format', FORMAT), suite('rules')],
    ],
    [[suite('integration'), suite('e2e'), suite('failover')]],
  ],
};

let isInterrupted = false;
// Ctrl-C reaches the children as well; this process waits for their cleaning up.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => (isInterrupted = true));

const [name = 'test', pattern] = process.argv.slice(2);
process.exitCode = name in PLANS ? await runPlan(PLANS[name]) : await runOne(name, pattern);

function tool(name, command) {
  return { name, run: () => runTool(command) };
}

function suite(name) {
  return { name, run: () => runVitest(name, SUITES[name]) };
}

async function runPlan(steps) {
  const total = { passed: 0, failed: 0 };
  const failures = [];
  let isOver = false;
  const count = async ({ name, run, isRequired = false }) => {
    if (isInterrupted || isOver) return;
    const startedAt = performance.now();
    const { passed, failed, names = [name], output } = await run();
    const seconds = `${((performance.now() - startedAt) / 1000).toFixed(1)} s`;
    print(`${failed ? 'FAILED' : 'ok    '} ${name.padEnd(11)} ${seconds.padStart(8)}  ${passed} passed, ${failed} failed`);
    if (failed) {
      print(`${readable(output)}\n`);
      failures.push(...names.map((each) => `FAILED ${each}`));
    }
    total.passed += passed;
    total.failed += failed;
    isOver ||= failed > 0 && isRequired;
  };
  const runLane = async (lane) => {
    for (const check of lane) await count(check);
  };
  for (const lanes of steps) await Promise.all(lanes.map(runLane));
  if (isInterrupted) total.failed += 1;
  // Once more at the end: the output of a failed suite is long.
  for (const failure of failures) print(failure);
  print(`${total.passed} passed, ${total.failed} failed`);
  return total.failed ? 1 : 0;
}

async function runTool(command) {
  const { code, output } = await run(command, 'pipe');
  return code === 0 ? { passed: 1, failed: 0, output } : { passed: 0, failed: 1, output };
}

async function runVitest(project, options) {
  const folder = mkdtempSync(join(tmpdir(), 'movie-reservation-results-'));
  const report = join(folder, 'report.json');
  try {
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
    const { code, output } = await run([...VITEST, '--project', project, ...options, ...reporters], 'pipe');
    return { ...countTests(report, code), output };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * A skipped test counts as failed: nothing showed that it works. A suite that does not load and a run without tests count as one failure.
 * `names`: of what failed, where it is known.
 */
function countTests(report, code) {
  let results;
  try {
    results = JSON.parse(readFileSync(report, 'utf8'));
  } catch {
    return { passed: 0, failed: 1 };
  }
  const failed = results.numFailedTests + results.numPendingTests + results.numTodoTests;
  const isUnexplained = failed === 0 && (code !== 0 || results.numTotalTests === 0);
  const names = results.testResults.flatMap(({ name, status, assertionResults }) => {
    const file = relative(process.cwd(), name);
    const tests = assertionResults.filter((test) => test.status !== 'passed').map(({ fullName }) => `${file}: ${fullName}`);
    return tests.length === 0 && status === 'failed' ? [file] : tests;
  });
  return { passed: results.numPassedTests, failed: isUnexplained ? 1 : failed, ...(names.length > 0 && { names }) };
}

async function runOne(name, only) {
  if (!(name in SUITES)) throw new Error(`There is no suite ${name}; there are ${Object.keys(SUITES).join(', ')}.`);
  const built = STARTS_BUILT_PROCESSES.has(name) ? await run(BUILD, 'inherit') : { code: 0 };
  if (built.code !== 0) return built.code;
  const { code } = await run([...VITEST, '--project', name, ...SUITES[name], ...(only?.split('|') ?? [])], 'inherit');
  return code;
}

/** Leaves out what passed. */
function readable(output) {
  return output.replace(/^\s*✓.*\n/gm, '').trim();
}

/** Resolves to the exit code and, if piped, to both streams as one text. */
function run([program, ...args], stdio) {
  const { MAKEFLAGS: _flags, MFLAGS: _shortFlags, MAKELEVEL: _level, ...env } = process.env;
  if (stdio === 'pipe') env.NO_COLOR = '1';
  const child = spawn(program, args, { env, stdio: ['inherit', stdio, stdio] });
  let output = '';
  if (stdio === 'pipe')
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (chunk) => (output += chunk));
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ code: 1, output: String(error) }));
    child.once('close', (code) => resolve({ code: code ?? 1, output }));
  });
}

function print(line) {
  process.stdout.write(`${line}\n`);
}
