/** `make cluster`: a cluster on the loopback that stays until Ctrl-C, to lose its machines by hand. Lines of standard input are commands. */
import { createInterface } from 'node:readline';
import { OPERATORS_SETTINGS } from '../bench/system.js';
import { ADMIN } from '../support/in-process-system.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { type Cluster, startWholeCluster } from './cluster.js';

const SIGNALS = { kill: 'SIGKILL', freeze: 'SIGSTOP', thaw: 'SIGCONT' } as const;
const COMMANDS = 'kill NAME | freeze NAME | thaw NAME | start NAME | status';

const print = (line: string): void => void process.stdout.write(`${line}\n`);
const { path: folder, remove } = temporaryFolder();
let cluster: Cluster | null = null;
let isEnding = false;
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void end(0));

try {
  print('The cluster starts; this takes a minute or two.');
  const started = await startWholeCluster({ folder, size: 'whole', log: print, settings: OPERATORS_SETTINGS });
  cluster = started;
  await welcome(started);
  createInterface({ input: process.stdin }).on(
    'line',
    (line) => void runCommand(started, line.trim()).catch((error: unknown) => print(String(error))),
  );
} catch (error) {
  if (!isEnding) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    await end(1);
  }
}

async function welcome(running: Cluster): Promise<void> {
  const { api, env, sandboxUrl, postgres, rabbitmq } = running;
  print('');
  for (const [what, where] of [
    ['API, documents', `${api}/api/v1, ${api}/docs`],
    ['admin', `${ADMIN.email}, password ${ADMIN.password}`],
    ['Stripe sandbox', sandboxUrl],
    ['primary', postgres.url],
    ['a standby', postgres.standbyUrl],
    ['PgBouncer', env['DATABASE_URL']!],
    ['RabbitMQ', env['AMQP_URLS']!],
    ['its pages', rabbitmq!.managementUrl],
    ['metrics of workers', running.workerMetrics.join(' ')],
  ] as const)
    print(`${what.padEnd(20)} ${where}`);
  await status(running);
  print(`Commands, each a line here: ${COMMANDS}. From another terminal: kill -9 PID, tail -f LOG.`);
  print(
    'Try: kill the leader of PostgreSQL, and ask the API meanwhile; freeze it, and thaw it when another one leads; kill a RabbitMQ node.',
  );
  print('Ctrl-C ends everything, and removes its data.');
}

/** A process that was killed from another terminal is away here too. */
async function status({ machines, postgres }: Cluster): Promise<void> {
  const roles = await postgres.roles();
  print(`\n${'machine'.padEnd(12)} ${'pid'.padEnd(8)} ${'role'.padEnd(13)} log`);
  for (const machine of machines) {
    const { name, logFile } = machine;
    const running = machine.pid();
    print(`${name.padEnd(12)} ${String(running ?? 'away').padEnd(8)} ${(roles.get(name) ?? '').padEnd(13)} ${logFile}`);
  }
  print('');
}

async function runCommand(running: Cluster, line: string): Promise<void> {
  const [command = '', name = ''] = line.split(/\s+/);
  if (command === '') return;
  if (command === 'status') return status(running);
  if (command === 'start') await running.machine(name).start();
  else if (command === 'kill' || command === 'freeze' || command === 'thaw') running.machine(name).signal(SIGNALS[command]);
  else return print(`There is no command "${command}": ${COMMANDS}.`);
  print(`${name}: ${command} done.`);
}

async function end(code: number): Promise<void> {
  if (isEnding) return;
  isEnding = true;
  print('Ending…');
  await cluster?.stop();
  await remove();
  process.exit(code);
}
