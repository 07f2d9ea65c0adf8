/**
 * `make bench`: measures the product next to PostgreSQL's own benchmark and a bare server, in alternating rounds on the same machine, and keeps the
 * medians and ratios in docs/performance.md. `only=WORD` measures the scenarios whose name begins so, and what they are compared with; `rounds=N`,
 * `seconds=N` (a scenario and round); `profile=1` says what the api did meanwhile; `large=1M` fills the database first with so many reservations, and the
 * results go to docs/performance-large.md. Nothing is written with `only` or `profile`.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { fillLargeDatabase, parseSize } from './large-database.js';
import { median } from './load.js';
import { profiled } from './profile.js';
import { fillPages, type Goal, type Scenario, SCENARIOS } from './scenarios.js';
import { startMeasuredSystem } from './system.js';

const options = Object.fromEntries(process.argv.slice(2).map((option) => option.split('=', 2) as [string, string]));
const only = options['only'] ?? '';
const rounds = Number(options['rounds'] ?? 5);
const seconds = Number(options['seconds'] ?? 3);
const large = parseSize(options['large'] ?? '');
const isProfiled = options['profile'] === '1';

const print = (line: string): void => void process.stdout.write(`${line}\n`);

const chosen = SCENARIOS.filter(({ name }) => name.startsWith(only));
const peers = new Set(chosen.map(({ against }) => against));
const measured = SCENARIOS.filter((scenario) => chosen.includes(scenario) || peers.has(scenario.name));
if (chosen.length === 0) throw new Error(`No scenario begins with "${only}": ${SCENARIOS.map(({ name }) => name).join('; ')}`);

const system = await startMeasuredSystem({ log: print, isInspected: isProfiled });
const results = new Map<Scenario, number[]>(measured.map((scenario) => [scenario, []]));
try {
  if (large !== null) await fill(large);
  await fillPages(system);
  // Not counted: fills caches, pools and the compiler.
  for (const { measure } of measured) await measure(system, 1);
  for (let round = 1; round <= rounds; round++) {
    for (const scenario of measured) {
      const value = await measureOnce(scenario);
      if (value !== null) results.get(scenario)!.push(value);
      print(
        `round ${round}  ${scenario.name.padEnd(52)} ${value === null ? 'not measured here' : `${Math.round(value)} ${scenario.unit}`}`,
      );
    }
  }
  const table = await tableOf();
  print(`\n${table}`);
  if (only === '' && !isProfiled) keep(table, new URL(`../../docs/performance${large === null ? '' : '-large'}.md`, import.meta.url));
} finally {
  await system.stop();
}
process.exit();

/** What stands below the table, from its first `##` on, was written by hand and stays. */
function keep(table: string, file: URL): void {
  const written = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const byHand = written.includes('\n## ') ? written.slice(written.indexOf('\n## ')) : '';
  writeFileSync(file, `${table}${byHand}`);
}

async function fill(reservations: number): Promise<void> {
  const client = await system.database.connect();
  try {
    await fillLargeDatabase(client, reservations, print);
  } finally {
    client.release(true);
  }
}

async function measureOnce({ name, measure }: Scenario): Promise<number | null> {
  if (system.inspectorPort === null || name.startsWith('bare') || name.startsWith('pgbench')) return measure(system, seconds);
  const { result, lines } = await profiled(system.inspectorPort, () => measure(system, seconds));
  for (const line of lines) print(`         ${line}`);
  return result;
}

async function tableOf(): Promise<string> {
  const { rows } = await system.database.query<{ version: string }>(`SELECT current_setting('server_version') AS version`);
  const medians = new Map([...results].map(([{ name }, values]) => [name, values.length === 0 ? null : median(values)]));
  const missed: string[] = [];
  const lines = [...results].map(([{ name, unit, against, goal }, values]) => {
    const value = medians.get(name) ?? null;
    if (value === null) return `| ${name} | not measured here | | | |`;
    const spread = `${Math.round(Math.min(...values))}–${Math.round(Math.max(...values))}`;
    const other = against === undefined ? null : (medians.get(against) ?? null);
    const ratio = other === null ? null : value / other;
    // Nothing is said of a ratio whose other half is not measured here.
    const compared = against === undefined ? value : ratio;
    const isReached = goal === undefined || compared === null ? null : reaches(compared, goal);
    const said = ratio === null ? `${Math.round(value)} ${unit}` : ratio.toFixed(2);
    if (isReached === false) missed.push(`${name} (${said}; goal ${described(goal!)})`);
    const answers = ['no', 'yes'][Number(isReached)]!;
    return `| ${[
      name,
      `${Math.round(value)} ${unit} (${spread})`,
      ratio === null ? '' : `${said} of ${against}`,
      goal === undefined ? '' : described(goal),
      isReached === null ? '' : answers,
    ].join(' | ')} |`;
  });
  return `# Performance${large === null ? '' : ` with ${large.toLocaleString('en')} reservations`}

Written by \`make bench\` on ${new Date().toISOString().slice(0, 10)}: ${cpus().length} × ${cpus()[0]?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}, PostgreSQL ${rows[0]!.version},
RabbitMQ, one api and one worker process, the load generator on the same machine, 64 connections, medians (and spread) of ${rounds} alternating rounds of
${seconds} s. The ratios are the figures to compare: other machines have other absolute ones. Everything is switched on: tokens, validation, rate limits, outbox, logs.

${missed.length === 0 ? 'Every goal is reached.' : `Goals that are not reached: ${missed.join(' · ')}.`}

| scenario | median | ratio | goal | reached |
| --- | --- | --- | --- | --- |
${lines.join('\n')}
`;
}

function reaches(value: number, goal: Goal): boolean {
  return 'atLeast' in goal ? value >= goal.atLeast : value <= goal.atMost;
}

function described(goal: Goal): string {
  return 'atLeast' in goal ? `≥ ${goal.atLeast.toLocaleString('en')}` : `≤ ${goal.atMost.toLocaleString('en')}`;
}
