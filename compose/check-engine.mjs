// Runs the whole of compose.yaml on a Docker engine, from a copy of this checkout, under names and ports of its own, and removes it again. It needs nothing but Node
// 20 and Docker: `node compose/check-engine.mjs`. Where there is no engine it says so, and that nothing was run.
// `node compose/check-engine.mjs cluster` runs the cluster of compose/cluster instead, and loses a PostgreSQL, a RabbitMQ, an api and a worker.
// `node compose/check-engine.mjs from=REF` starts the version of a commit or tag first, and upgrades that to this checkout.
import { execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loseMachines } from './check-cluster.mjs';
import { observability } from './check-observability.mjs';
import { apiKilled, brokenVersion, brokerAway, onlyWhatChanged, wrongSetting } from './check-faults.mjs';
import { passwordsChanged } from './check-rotation.mjs';
import { buildBefore, upgrade } from './check-upgrade.mjs';
import { ADMIN, STRIPE_KEY, bookAndPay, disconnect, freePort, poster, send } from './check-client.mjs';

const ROOT = new URL('..', import.meta.url).pathname;
const NAME = 'movie-reservation-check';
const isCluster = process.argv.includes('cluster');
const from = process.argv.find((argument) => argument.startsWith('from='))?.slice('from='.length);

const has = (...command) => {
  try {
    return execFileSync('docker', command, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return null;
  }
};
const engine = has('version', '--format', '{{.Server.Version}}');
const composeVersion = has('compose', 'version', '--short');
if (engine === null || composeVersion === null) {
  process.stdout.write(
    '\n*** NO DOCKER ENGINE WITH COMPOSE WAS FOUND: the image was not built, and no container was run. ***\n' +
      '*** Only the form of the file was checked. `make check-image` runs the steps of the image without Docker. ***\n\n',
  );
  process.exit(0);
}

const folder = mkdtempSync(join(tmpdir(), `${NAME}-`));
const ports = Object.fromEntries(
  await Promise.all(
    ['API', 'HTTP', 'HTTPS', 'SANDBOX', 'RABBITMQ_MANAGEMENT', 'PROMETHEUS', 'GRAFANA'].map(async (name) => [name, await freePort()]),
  ),
);
const api = `http://127.0.0.1:${ports.API}/api/v1`;
const stripe = `http://127.0.0.1:${ports.SANDBOX}`;
const environment = { ...process.env, COMPOSE_PROJECT_NAME: NAME, IMAGE: NAME };
let isFirst = true;

try {
  await step('copy the checkout and make its settings', prepare);
  if (from !== undefined)
    await step(`build the image of ${from}`, () => buildBefore(from, { docker, root: ROOT, image: `${NAME}:before` }));
  await step('the first start: every service is healthy', async () => {
    await deploy(...(from === undefined ? [] : ['before']));
    return `${(await services()).length} containers`;
  });
  const cinema = await step('a customer books and pays through the published port', () => bookAndPay(api, stripe));
  if (isCluster) await loseMachines({ compose, docker, step, api, stripe, cinema });
  else await everythingElse(cinema);
  process.stdout.write(
    `The whole file${isCluster ? ' of the cluster' : ''} was run by Docker Engine ${engine} with Compose ${composeVersion}.\n`,
  );
} catch (error) {
  process.stdout.write(`FAILED: ${error instanceof Error ? error.message : String(error)}\n`);
  await compose('ps', '--all').then(({ output }) => process.stdout.write(output));
  await compose('logs', '--tail=15').then(({ output }) => process.stdout.write(output));
  process.exitCode = 1;
} finally {
  disconnect();
  await compose('--profile', '*', 'down', '--volumes', '--timeout', '5', '--remove-orphans');
  for (const tag of (has('image', 'ls', '--format', '{{.Tag}}', NAME) ?? '').split('\n').filter(Boolean))
    has('image', 'rm', '--force', `${NAME}:${tag}`);
  if (isCluster) has('image', 'rm', '--force', `${NAME}-cluster`);
  rmSync(folder, { recursive: true, force: true });
}

async function everythingElse(cinema) {
  const tools = { api, compose, deploy: tryToDeploy, docker, has, image: NAME, services, set };
  await step('a poster is stored, and served by the proxy', () => poster(api, cinema));
  await step('TLS and gzip at the one address', tls);
  await step('commands of the operator, also from standard input', commands);
  await step('a dump is restored beside the database, and whole', restore);
  await step('more containers of api and worker, and a mail server that is away is named', scale);
  await step('only what changed is replaced', () => onlyWhatChanged({ ...tools, folder }));
  await step('Prometheus finds every process, and Grafana the dashboard', () => observability(ports));
  await step('every password of a server is changed while it serves', () => passwordsChanged(tools));
  await step('a setting that is wrong changes nothing', () => wrongSetting(tools));
  await step('a version whose worker does not start changes nothing', () => brokenVersion(tools));
  await step('an upgrade and a way back under load: no request fails', () => upgrade({ api, cinema, deploy, docker, image: NAME, from }));
  await step('an api is killed: no request with a key fails', () => apiKilled({ ...tools, cinema }));
  await step('a worker without its broker is not ready', () => brokerAway(tools));
  await step('log lines are JSON, and those of replaced containers are kept', logs);
}

function prepare() {
  const files = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: ROOT,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  for (const file of files.split('\0').filter(Boolean)) cpSync(join(ROOT, file), join(folder, file), { recursive: true });
  const made = join(folder, 'compose/.env');
  run(process.execPath, [join(folder, 'compose/make-secrets.mjs'), made]);
  const own = {
    // Characters that break a URL.
    DATABASE_PASSWORD: "'p@ss/w#rd:%41?'",
    RABBITMQ_PASSWORD: "'r@bbit/#%41'",
    ADMIN_EMAIL: ADMIN.email,
    ADMIN_PASSWORD: ADMIN.password,
    STRIPE_SECRET_KEY: STRIPE_KEY,
    STRIPE_PUBLISHABLE_KEY: 'pk_test_0123456789abcdef',
    STRIPE_WEBHOOK_SECRET: '',
    API_PORT: ports.API,
    HTTP_PORT: ports.HTTP,
    HTTPS_PORT: ports.HTTPS,
    SANDBOX_PORT: ports.SANDBOX,
    RABBITMQ_MANAGEMENT_PORT: ports.RABBITMQ_MANAGEMENT,
    S3_PUBLIC_URL: `http://127.0.0.1:${ports.API}/posters`,
    PROMETHEUS_PORT: ports.PROMETHEUS,
    GRAFANA_PORT: ports.GRAFANA,
    COMPOSE_PROFILES: isCluster ? 'sandbox' : 'sandbox,observability',
    APP_ENV: 'sandbox',
    STRIPE_API_URL: 'http://sandbox:12111',
    // A secret as a file.
    STRIPE_WEBHOOK_SECRET_FILE: '/run/secrets/webhook',
    HOLD_PER_ACCOUNT_PER_MINUTE: 0,
    // The whole check.
    ACCESS_TOKEN_SECONDS: 3_600,
    ...(isCluster ? { CLUSTER: true, WORKER_REPLICAS: 2 } : {}),
  };
  writeFileSync(join(folder, 'compose/secrets/webhook'), 'whsec_0123456789abcdef\n', { mode: 0o644 });
  set(own);
}

/** The last value of a variable counts. */
function set(variables) {
  const file = join(folder, 'compose/.env');
  const kept = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => !(line.split('=')[0] in variables));
  writeFileSync(file, [...kept, ...Object.entries(variables).map(([name, value]) => `${name}=${value}`), ''].join('\n'));
}

function tryToDeploy(...version) {
  return start('bash', [join(folder, 'compose/deploy.sh'), ...version]);
}

async function deploy(...version) {
  const { code, output } = await tryToDeploy(...version);
  if (code !== 0) throw new Error(`deploy.sh ended with ${code}:\n${output.slice(-2_000)}`);
  return output;
}

/** Every container that runs is healthy, or this throws. */
async function services() {
  const { output } = await compose('ps', '--format', 'json');
  const running = output
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line));
  const unhealthy = running.filter(({ Health }) => Health !== 'healthy').map(({ Name, State, Health }) => `${Name} ${State} ${Health}`);
  if (unhealthy.length > 0) throw new Error(`Not healthy: ${unhealthy.join(', ')}`);
  return running;
}

async function tls() {
  const { status, headers } = await send(`https://localhost:${ports.HTTPS}/docs/openapi.json`, { headers: { 'accept-encoding': 'gzip' } });
  if (status !== 200 || headers['content-encoding'] !== 'gzip') throw new Error(`HTTPS answered ${status}, ${headers['content-encoding']}`);
  const events = await send(`http://127.0.0.1:${ports.API}/docs/events`);
  if (events.status !== 200) throw new Error(`/docs/events answered ${events.status}`);
}

async function commands() {
  const { code, output } = await cli('doctor');
  // The stand-in for Stripe listens without TLS and may be named; nothing else may be wrong.
  if (code !== 0) throw new Error(`doctor found:\n${output}`);
  const imported = await cli('import-catalogue', '-', {
    stdin: 'title,description,runtimeMinutes\nFrom a pipe,About a pipe.,95\n',
  });
  if (!imported.output.includes('Added 1 movie')) throw new Error(`import-catalogue said ${imported.output}`);
  return output
    .split('\n')
    .filter((line) => /^(warning|fault)/.test(line))
    .map((line) => line.replaceAll(/ +/g, ' '))
    .join(' · ');
}

async function restore() {
  const inPostgres = async (...command) => {
    const { code, output } = await compose('exec', '-T', 'postgres', ...command);
    if (code !== 0) throw new Error(`${command.join(' ')} ended with ${code}: ${output}`);
  };
  await inPostgres('createdb', '--username=postgres', '--template=template0', '--owner=movie_reservation', 'restored');
  await inPostgres(
    'sh',
    '-c',
    'pg_dump --username=postgres --format=custom movie_reservation | pg_restore --username=postgres --dbname=restored --exit-on-error',
  );
  const { code, output } = await cli('backup', 'check', '--url', 'postgres://movie_reservation@postgres/restored');
  if (code !== 0) throw new Error(output);
  await inPostgres('dropdb', '--username=postgres', 'restored');
  return output
    .split('\n')
    .find((line) => line.includes('rows can be read'))
    ?.replaceAll(/ +/g, ' ');
}

async function scale() {
  set({ API_REPLICAS: 3, WORKER_REPLICAS: 2, SMTP_URL: 'smtp://nowhere:1025', MAIL_FROM: 'tickets@cinema.test' });
  const said = await deploy('current');
  if (!said.includes('fault    mail')) throw new Error(`deploy.sh did not name the mail server that is away: ${said.slice(-1_000)}`);
  const running = await services();
  const count = (name) => running.filter(({ Service }) => Service === name).length;
  if (count('api') !== 3 || count('worker') !== 2) throw new Error(`${count('api')} api, ${count('worker')} worker`);
  set({ API_REPLICAS: 2, WORKER_REPLICAS: 1, SMTP_URL: 'off', MAIL_FROM: '' });
  if ((await deploy('current')).includes('fault ')) throw new Error('deploy.sh named a fault.');
  return `${(await services()).length} containers again`;
}

async function logs() {
  const { output } = await compose('logs', '--no-log-prefix', '--no-color', 'api', 'worker');
  const lines = output.split('\n').filter(Boolean);
  const odd = lines.filter((line) => {
    try {
      return typeof JSON.parse(line).level !== 'string';
    } catch {
      return true;
    }
  });
  if (odd.length > 0) throw new Error(`${odd.length} of ${lines.length} lines are not JSON with a level: ${odd[0]}`);
  return `${lines.length} lines; ${readdirSync(join(folder, 'compose/logs')).length} files`;
}

// ---- Helpers ----

async function step(name, work) {
  const begun = performance.now();
  if (isFirst) process.stdout.write(`Docker Engine ${engine}, Compose ${composeVersion}, in ${folder}\n`);
  isFirst = false;
  let result;
  try {
    result = await work();
  } catch (error) {
    throw new Error(`${name}: ${error.message}`, { cause: error });
  }
  process.stdout.write(
    `ok  ${((performance.now() - begun) / 1_000).toFixed(1).padStart(6)} s  ${name}${typeof result === 'string' && result ? `: ${result}` : ''}\n`,
  );
  return result;
}

function run(command, args, input = '') {
  return execFileSync(command, args, { env: environment, cwd: folder, input, stdio: 'pipe' });
}

function docker(args, input) {
  run('docker', args, input);
}

function cli(...args) {
  return compose('run', '--rm', '--no-deps', '-T', 'cli', ...args);
}

async function compose(...args) {
  const { stdin } = typeof args.at(-1) === 'object' ? args.pop() : {};
  const files = ['compose.yaml', ...(isCluster ? ['cluster/compose.cluster.yaml'] : [])].flatMap((file) => [
    '--file',
    join(folder, 'compose', file),
  ]);
  return start('docker', ['compose', ...files, ...args], stdin);
}

function start(command, args, stdin) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { env: environment, cwd: folder, stdio: ['pipe', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (chunk) => (output += chunk));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, output }));
    child.stdin.end(stdin ?? '');
  });
}
