import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { composed, filledIn, folder, resolveCompose } from './support/compose.js';

const compose = composed();
const services = Object.entries(compose.services);

describe('The files around the Compose file', () => {
  it('every variable of .env.example can be set in compose/.env', () => {
    const known = [...readFileSync(join(folder, '../.env.example'), 'utf8').matchAll(/^#?([A-Z][A-Z0-9_]*)=/gm)].map(([, name]) => name!);
    const changed = Object.fromEntries(known.map((name) => [name, 'from-the-file']));
    const fixed = new Set([
      'DATABASE_URL',
      'DATABASE_PASSWORD',
      'AMQP_URL',
      'AMQP_PASSWORD',
      'HOST',
      'PORT',
      'WORKER_PORT',
      'NODE_ENV',
      'METRICS_HOST',
      'METRICS_PORT',
      'WORKER_METRICS_PORT',
      'S3_ENDPOINT',
      'S3_BUCKET',
    ]);
    for (const name of ['api', 'worker', 'migrate']) {
      const { environment = {}, ...service } = resolveCompose(filledIn(changed)).compose.services[name]!;
      expect(service['env_file']).toEqual([{ path: '.env', required: false }]);
      // Of those three only the api makes an admin.
      const isFixed = (variable: string) => fixed.has(variable) || (name !== 'api' && variable.startsWith('ADMIN_'));
      const kept = known.filter((variable) => !isFixed(variable) && (environment[variable] ?? 'from-the-file') !== 'from-the-file');
      expect([name, kept]).toEqual([name, []]);
    }
  });

  it('no container of ours has the secrets of the servers, or more than it needs', () => {
    const own = Object.fromEntries(
      [...readFileSync(join(folder, '../.env.example'), 'utf8').matchAll(/^#?([A-Z0-9_]*(SECRET|KEY|KEY_ID|PASSWORD))=/gm)].map(
        ([, name]) => [name!, 'from-the-file'],
      ),
    );
    const { services: all } = composed({ ...own, POSTGRES_PASSWORD: 'superuser', RABBITMQ_COOKIE: 'cookie', RABBITMQ_PASSWORD: 'broker' });
    const secretsOf = (name: string) =>
      Object.entries(all[name]!.environment!)
        .filter(([variable, value]) => value !== '' && /SECRET|PASSWORD|COOKIE|_KEY/.test(variable))
        .map(([variable]) => variable)
        .sort();
    for (const name of ['api', 'worker', 'cli', 'migrate', 'sandbox'])
      expect([name, secretsOf(name).filter((variable) => /^POSTGRES|^RABBITMQ/.test(variable))]).toEqual([name, []]);
    for (const name of ['worker', 'migrate', 'sandbox']) expect(secretsOf(name)).not.toContain('ADMIN_PASSWORD');
    expect(secretsOf('api')).toEqual(expect.arrayContaining(['ADMIN_PASSWORD', 'AMQP_PASSWORD', 'DATABASE_PASSWORD', 'JWT_SECRET']));
    expect(secretsOf('sandbox').filter((variable) => !variable.startsWith('STRIPE_'))).toEqual([]);
  });

  it('RabbitMQ knows the memory limit of its container', () => {
    const limits = readFileSync(join(folder, 'rabbitmq/limits.conf'), 'utf8');
    const [, mebibytes] = /^total_memory_available_override_value = (\d+)MiB$/m.exec(limits)!;
    expect(compose.services['rabbitmq']!['mem_limit']).toBe(`${mebibytes}m`);
    expect(limits).toMatch(/^disk_free_limit\.absolute = \d+GB$/m);
  });

  it('the heap of an api leaves room in its container for what is beside it', () => {
    const {
      command,
      mem_limit: limit,
      tmpfs,
    } = compose.services['api'] as unknown as { command: string[]; mem_limit: string; tmpfs: string[] };
    const flag = (name: string) => Number(command.find((word) => word.startsWith(`--${name}=`))!.split('=')[1]);
    // V8's young generation has three semi-spaces.
    const heap = flag('max-old-space-size') + 3 * flag('max-semi-space-size');
    const temporary = Number(/size=(\d+)m/.exec(tmpfs.join())![1]);
    // Node itself and its code; two password hashes; the largest poster.
    const beside = 130 + 2 * 19 + 110;
    expect(heap + temporary + beside).toBeLessThan(Number.parseInt(limit));
  });

  it('PostgreSQL is fitted to its container, and takes the connections of an upgrade', () => {
    const { command, mem_limit: limit, ...service } = compose.services['postgres']!;
    const value = (name: string) =>
      Number(new RegExp(`^-c${name}=(\\d+)`).exec(command!.find((part) => part.startsWith(`-c${name}=`))!)![1]);
    expect([limit, value('shared_buffers'), value('effective_cache_size')]).toEqual(['1g', 256, 640]);
    expect(service.environment).toMatchObject({ POSTGRES_USER: 'postgres' });
    const pool = 16;
    const processes = Number(compose.services['api']!['scale']) + Number(compose.services['worker']!['scale']);
    expect(value('max_connections')).toBeGreaterThan(2 * (processes * pool + 1) + 20);
  });

  it('the proxy forgets a connection before a container that ends closes it', () => {
    const [, seconds] = /^\s*keepalive (\d+)s$/m.exec(readFileSync(join(folder, 'proxy/Caddyfile'), 'utf8'))!;
    expect(Number(compose.services['api']!.environment!['READINESS_DELAY_MS'])).toBeGreaterThan(2 * Number(seconds) * 1_000);
    expect(compose.services['api']!.environment!['TRUSTED_PROXY_HOPS']).toBe('1');
  });

  it('a container of api has time for its delay and its shutdown before it is killed', () => {
    const { environment, ...service } = compose.services['api']!;
    const [, watchdogMs] = /WATCHDOG_MS = ([\d_]+);/.exec(readFileSync(join(folder, '../libs/platform/src/process/run.ts'), 'utf8'))!;
    const neededMs = Number(environment!['READINESS_DELAY_MS']) + Number(watchdogMs!.replaceAll('_', ''));
    expect(neededMs).toBeLessThan(Number.parseInt(service['stop_grace_period'] as string) * 1_000);
  });

  it('the proxy believes the addresses of proxies that are named, by default of none', () => {
    const [, options] = /^\{\n([\s\S]*?)\n\}$/m.exec(readFileSync(join(folder, 'proxy/Caddyfile'), 'utf8'))!;
    expect(options).toMatch(/\n\tservers \{\n[^}]*\n\t\ttrusted_proxies static \{\$TRUSTED_PROXIES\}\n\t\ttrusted_proxies_strict\n\t\}/);
    expect(compose.services['proxy']!.environment).toMatchObject({ TRUSTED_PROXIES: '' });
    const named = composed({ TRUSTED_PROXIES: '192.0.2.7 198.51.100.0/24', TRUSTED_PROXY_HOPS: '2' });
    expect(named.services['proxy']!.environment).toMatchObject({ TRUSTED_PROXIES: '192.0.2.7 198.51.100.0/24' });
    expect(named.services['api']!.environment).toMatchObject({ TRUSTED_PROXY_HOPS: '2' });
  });

  it('the proxy sends a request again only where the api knows its key', () => {
    const file = readFileSync(join(folder, 'proxy/Caddyfile'), 'utf8');
    const [, gets, keyed] = file.split('lb_retry_match {').map((block) => block.slice(0, block.indexOf('}\n')));
    expect([gets!.trim(), keyed]).toEqual(['method GET HEAD', expect.stringMatching(/method POST\s[\s\S]*\sheader Idempotency-Key \*\s/)]);
    const { paths } = JSON.parse(readFileSync(join(folder, '../docs/openapi.json'), 'utf8')) as {
      paths: Record<string, { post?: { parameters?: { name: string }[] } }>;
    };
    const known = Object.entries(paths).filter(([, { post }]) => post?.parameters?.some(({ name }) => name === 'Idempotency-Key'));
    const [, sentAgain] = /^\s*path (.+)$/m.exec(keyed!)!;
    expect(sentAgain!.split(' ').sort()).toEqual(known.map(([path]) => path.replaceAll(/\{\w+\}/g, '*')).sort());
    // Caddy names the length of a body that it keeps whole.
    const [, digits] = /header_regexp Content-Length \^\\d\{1,(\d)\}\$/.exec(keyed!)!;
    const [, kibibytes] = /^\s*request_buffers (\d+)KiB$/m.exec(file)!;
    expect(10 ** Number(digits)).toBeLessThan(Number(kibibytes) * 1_024);
  });

  it('make secrets invents what can be invented, once', () => {
    const scratch = mkdtempSync(join(tmpdir(), 'movie-reservation-secrets-'));
    const file = join(scratch, '.env');
    const make = () => spawnSync(process.execPath, [join(folder, 'make-secrets.mjs'), file], { encoding: 'utf8' });
    try {
      expect(make().status).toBe(0);
      const made = readFileSync(file, 'utf8');
      const values = [...made.matchAll(/^[A-Z0-9_]+=([0-9a-f]{64})$/gm)].map(([, value]) => value);
      expect(new Set(values).size).toBe(8);
      expect(made).toMatch(/^STRIPE_SECRET_KEY=$/m);
      expect(make()).toMatchObject({ status: 1, stderr: expect.stringContaining('nothing was changed') as string });
      expect(readFileSync(file, 'utf8')).toBe(made);
    } finally {
      rmSync(scratch, { recursive: true });
    }
  });

  it('every configuration file is there, and mounted by a container', () => {
    const configs = compose['configs'] as Record<string, { file: string }>;
    for (const [name, { file }] of Object.entries(configs)) expect([name, existsSync(join(folder, file))]).toEqual([name, true]);
    const mounted = services
      .flatMap(([, service]) => (service['configs'] as { source: string }[] | undefined) ?? [])
      .map(({ source }) => source);
    expect([...mounted].sort()).toEqual(Object.keys(configs).sort());
  });

  it('Prometheus scrapes the ports that api and worker serve their metrics on', () => {
    const scraped = readFileSync(join(folder, 'prometheus/prometheus.yml'), 'utf8');
    expect(scraped).toContain(`names: [api], type: A, port: ${compose.services['api']!.environment!['METRICS_PORT']}`);
    expect(scraped).toContain(`names: [worker], type: A, port: ${compose.services['worker']!.environment!['WORKER_METRICS_PORT']}`);
    const published = services.flatMap(([, { ports }]) => ports ?? []);
    expect(published.filter((port) => /946[45]$/.test(port))).toEqual([]);
  });
});
