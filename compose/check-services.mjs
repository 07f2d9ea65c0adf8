// Starts the processes of compose.yaml from the files of an image, with the commands, settings and health checks of that file, and stops them again.
// `check-image.sh` makes both folders: `node --import ./test/support/typescript.mjs compose/check-services.mjs IMAGE_TREE SCRATCH_FOLDER`.
import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { clearTimeout, setTimeout } from 'node:timers';
import { setTimeout as sleep } from 'node:timers/promises';

const { startPostgres } = await import('../apps/standalone/src/embedded-postgres.ts');

const [tree, scratch] = process.argv.slice(2);
const nobody = process.getuid() === 0 ? { uid: 65534, gid: 65534 } : {};
const say = (line) => process.stdout.write(`--- ${line}\n`);
const atTheEnd = [];

/** The ports of this machine that replace the ports of the containers. */
const ports = { 3000: await freePort(), 3001: await freePort(), 12111: await freePort() };
const databaseUrl = process.env.DATABASE_URL || (await ownDatabase());
const home = join(scratch, 'home');

try {
  await check('production', {});
  await check('sandbox', { APP_ENV: 'sandbox', STRIPE_API_URL: 'http://sandbox:12111', CLOCK_MOVABLE: 'true' });
} finally {
  for (const end of atTheEnd.reverse()) await end();
}

async function check(name, own) {
  const services = composed(own);
  const started = [];
  try {
    await finish('migrate', services.migrate);
    await finish('migrate', services.migrate);
    for (const service of ['api', 'worker', ...(name === 'sandbox' ? ['sandbox'] : [])]) {
      const running = start(services[service]);
      started.push([service, running]);
      const seconds = await healthy(service, services[service], running);
      say(`${name}: ${service} is healthy after ${seconds} s.`);
    }
    if (name === 'sandbox') await bookSomething();
  } finally {
    for (const [service, running] of started.reverse()) {
      const begun = performance.now();
      running.child.kill('SIGTERM');
      const watchdog = setTimeout(() => running.child.kill('SIGKILL'), 20_000);
      const code = await running.exited;
      clearTimeout(watchdog);
      say(`${name}: ${service} ended with ${code} within ${((performance.now() - begun) / 1_000).toFixed(1)} s.`);
      if (code !== 0) process.exitCode = 1;
    }
  }
}

/** Adds a movie as the admin of the settings and reads it as a visitor: token, database and routes work together. */
async function bookSomething() {
  const call = async (method, path, body, token) => {
    const response = await globalThis.fetch(`http://127.0.0.1:${ports[3000]}/api/v1${path}`, {
      method,
      headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${await response.text()}`);
    return response.json();
  };
  const { accessToken } = await call('POST', '/auth/login', { email: variables({}).ADMIN_EMAIL, password: variables({}).ADMIN_PASSWORD });
  const movie = { title: `Movie ${randomBytes(4).toString('hex')}`, description: 'About a container.', runtimeMinutes: 90 };
  const { id } = await call('POST', '/movies', movie, accessToken);
  const { title } = await call('GET', `/movies/${id}`);
  if (title !== movie.title) throw new Error(`The movie has the title ${title}`);
  say('sandbox: the admin logged in and added a movie.');
}

/** The variables of `compose/.env.example`, with a value for each empty one. */
function variables(own) {
  const example = readFileSync(new URL('.env.example', import.meta.url), 'utf8');
  const secret = '5f0c1f3a9f7f4c0e8a4b7d2e6c9b1a3d';
  const empty = [...example.matchAll(/^([A-Z0-9_]+)=$/gm)].map(([, variable]) => [variable, secret]);
  const shaped = {
    ADMIN_EMAIL: 'admin@cinema.test',
    STRIPE_SECRET_KEY: `sk_test_${secret}`,
    STRIPE_PUBLISHABLE_KEY: `pk_test_${secret}`,
    STRIPE_WEBHOOK_SECRET: `whsec_${secret}`,
    STRIPE_WEBHOOK_PREVIOUS_SECRET: '',
    CORS_ORIGINS: '',
    MAIL_FROM: '',
    PUBLIC_URL: '',
  };
  return { ...Object.fromEntries(empty), ...shaped, LOG_LEVEL: 'warn', ...own };
}

function composed(own) {
  const file = join(scratch, 'env');
  const text = Object.entries(variables(own)).map(([variable, value]) => `${variable}=${value}`);
  writeFileSync(file, text.join('\n'));
  const resolver = new URL('resolve.mjs', import.meta.url).pathname;
  return JSON.parse(execFileSync(process.execPath, [resolver, file], { encoding: 'utf8' })).services;
}

/** This machine replaces all containers: their names become 127.0.0.1, their ports become free ports. */
function here(text) {
  return text
    .replace(/^0\.0\.0\.0$/, '127.0.0.1')
    .replace(/\/\/(api|sandbox|127\.0\.0\.1):(\d+)/g, (_, _host, port) => `//127.0.0.1:${ports[port]}`);
}

function environment(service) {
  const own = Object.fromEntries(Object.entries(service.environment).map(([variable, value]) => [variable, here(value)]));
  for (const variable of ['PORT', 'WORKER_PORT', 'SANDBOX_PORT']) if (variable in own) own[variable] = String(ports[own[variable]]);
  for (const variable of ['METRICS_PORT', 'WORKER_METRICS_PORT']) if (variable in own) own[variable] = '0';
  if ('DATABASE_URL' in own) own.DATABASE_URL = databaseUrl;
  // The URLs of this machine have their own.
  for (const variable of ['DATABASE_PASSWORD', 'AMQP_PASSWORD']) delete own[variable];
  if ('AMQP_URL' in own) own.AMQP_URL = process.env.AMQP_URL ?? '';
  if ('SANDBOX_DATA' in own) own.SANDBOX_DATA = join(home, 'stripe-sandbox.sqlite');
  return { PATH: join(scratch, 'bin'), HOME: home, NODE_ENV: 'production', ...own };
}

function start(service, command = service.command) {
  const child = spawn(command[0], command.slice(1), { cwd: tree, env: environment(service), stdio: ['ignore', 'pipe', 'pipe'], ...nobody });
  const running = { child, output: '', ended: false };
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (chunk) => (running.output += chunk));
  running.exited = new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      running.ended = true;
      resolve(code ?? signal);
    });
  });
  return running;
}

async function finish(name, service) {
  const running = start(service);
  const code = await running.exited;
  if (code !== 0) throw new Error(`${name} ended with ${code}:\n${running.output}`);
  say(`${name}: ${running.output.trim().split('\n').length} lines, the last: ${running.output.trim().split('\n').at(-1)}`);
}

async function healthy(name, service, running) {
  const [, ...probe] = service.healthcheck.test.map(here);
  const begun = performance.now();
  while (performance.now() - begun < 60_000) {
    if (running.ended) throw new Error(`${name} ended before it was healthy:\n${running.output}`);
    if ((await start(service, probe).exited) === 0) return ((performance.now() - begun) / 1_000).toFixed(1);
    await sleep(200);
  }
  throw new Error(`${name} was not healthy within a minute:\n${running.output}`);
}

async function ownDatabase() {
  const dataDir = join(scratch, 'postgres');
  mkdirSync(dataDir);
  const server = await startPostgres({ dataDir, port: 0, durable: false, database: 'movie_reservation', log: () => undefined });
  atTheEnd.push(() => server.stop());
  return server.url;
}

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}
