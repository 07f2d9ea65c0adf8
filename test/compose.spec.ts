import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv, type ValidateFunction } from 'ajv';
import { PaymentsSettings } from '@app/payments';
import { SettingsInvalid } from '@app/platform/config/load-settings.js';
import { Settings } from '@app/platform/config/settings.js';
import { readSettings } from '../apps/settings.js';
import { RESOLVER, type Service, composed, example, filledIn, folder, required, resolveCompose } from './support/compose.js';
import { readOptions } from '../apps/stripe-sandbox/src/environment.js';

function runResolver(variables: Record<string, string>) {
  const scratch = mkdtempSync(join(tmpdir(), 'movie-reservation-compose-'));
  const file = join(scratch, 'env');
  const lines = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
  writeFileSync(file, lines.join('\n'));
  try {
    return spawnSync(process.execPath, [RESOLVER, file], { encoding: 'utf8' });
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

const compose = composed();
const services = Object.entries(compose.services);
const ours = services.filter(([, { image }]) => image.startsWith('movie-reservation'));
const isOneShot = ({ restart }: Service) => restart === 'no';

describe('The Compose file', () => {
  const { $schema: _, ...schema } = JSON.parse(readFileSync(join(folder, 'schema/compose-spec.json'), 'utf8')) as Record<string, unknown>;
  const duration = /^(\d+(\.\d+)?(us|ms|s|m|h))+$/;
  const formats = { duration, expose: true, ports: true, subnet_ip_address: true, uri: true } as const;
  const validate: ValidateFunction = new Ajv({ strict: false, allErrors: true, formats }).compile(schema);

  it('the Compose file follows the Compose Specification', () => {
    validate(compose);
    expect(validate.errors).toBeNull();
  });

  it.each([
    ['a misspelt key', (api: Service) => Object.assign(api, { helthcheck: {} })],
    ['a condition that does not exist', (api: Service) => Object.assign(api.depends_on!['postgres']!, { condition: 'service_ready' })],
    ['a list where a text belongs', (api: Service) => Object.assign(api, { stop_grace_period: ['20s'] })],
  ])('a Compose file with %s breaks the Compose Specification', (_what, spoil) => {
    const spoilt = structuredClone(compose);
    spoil(spoilt.services['api']!);
    expect(validate(spoilt)).toBe(false);
  });

  it('every variable of the Compose file is explained in its example, and no other', () => {
    const text = ['compose.yaml', 'cluster/compose.cluster.yaml'].map((file) => readFileSync(join(folder, file), 'utf8')).join();
    const named = new Set([...text.matchAll(/\$\{(\w+)/g)].map(([, name]) => name!));
    const explained = new Set([...example.matchAll(/^#?([A-Z0-9_]+)=/gm)].map(([, name]) => name!));
    const ofProcesses = new Set(
      [...readFileSync(join(folder, '../.env.example'), 'utf8').matchAll(/^#?([A-Z0-9_]+)=/gm)].map(([, name]) => name!),
    );
    // Those two are set by compose/deploy.sh.
    expect([...named].filter((name) => !explained.has(name))).toEqual(['IMAGE', 'VERSION']);
    expect([...explained].filter((name) => !named.has(name) && !ofProcesses.has(name))).toEqual(['COMPOSE_PROFILES', 'CLUSTER']);
  });

  it.each(['POSTGRES_PASSWORD', 'DATABASE_PASSWORD', 'RABBITMQ_PASSWORD', 'S3_ACCESS_KEY_ID', 'S3_SECRET_ACCESS_KEY'])(
    'a Compose file without %s is refused with the name of the variable',
    (name) => {
      expect(required).toContain(name);
      expect(resolveCompose(filledIn({ [name]: '' })).faults).toEqual([
        `required variable ${name} is missing a value: set it in compose/.env`,
      ]);
    },
  );

  it('the resolver prints the resolved Compose file as JSON', () => {
    const { status, stdout } = runResolver(filledIn());
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toEqual(compose);
  });

  it('the resolver fails with a sentence for a missing variable', () => {
    expect(runResolver(filledIn({ POSTGRES_PASSWORD: '' }))).toMatchObject({
      status: 1,
      stderr: 'required variable POSTGRES_PASSWORD is missing a value: set it in compose/.env\n',
    });
  });
});

describe('The containers', () => {
  it.each(services)('the container %s has no more rights than it needs', (_name, service) => {
    expect(service).toMatchObject({ read_only: true, cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'] });
    expect(service['privileged']).toBeUndefined();
    expect(service['pids_limit']).toBeGreaterThan(0);
    expect(service['mem_limit']).toMatch(/^\d+[mg]$/);
  });

  it.each(services)('the container %s has time to stop, and rotates its logs', (_name, service) => {
    expect(service['stop_grace_period']).toBe('20s');
    expect(service['logging']).toEqual({ driver: 'local', options: { 'max-size': '10m', 'max-file': '5' } });
    expect(['unless-stopped', 'no']).toContain(service['restart']);
  });

  it('only the containers that hand over a new volume run as root', () => {
    const asRoot = services.filter(
      ([, { user, image }]) => !image.startsWith('movie-reservation') && (user === undefined || user === 'root'),
    );
    expect(asRoot.map(([name, { cap_add }]) => ({ name, cap_add }))).toEqual([
      { name: 'proxy-volume', cap_add: ['CHOWN'] },
      { name: 'bucket', cap_add: ['CHOWN'] },
    ]);
    const more = services.filter(([name, { cap_add }]) => cap_add !== undefined && !asRoot.some(([root]) => root === name));
    expect(more.map(([name, { cap_add }]) => ({ name, cap_add }))).toEqual([{ name: 'proxy', cap_add: ['NET_BIND_SERVICE'] }]);
    expect(readFileSync(join(folder, 'Dockerfile'), 'utf8')).toMatch(/^USER node$/m);
  });

  it('every published port is bound to the local machine', () => {
    const published = services.flatMap(([, { ports }]) => ports ?? []);
    expect(published.length).toBeGreaterThan(0);
    expect(published.filter((port) => !/^127\.0\.0\.1:\d+:\d+$/.test(port))).toEqual([]);
  });

  it('BIND_ADDRESS opens the proxy to others, with TLS, and nothing else', () => {
    const ports = Object.values(composed({ BIND_ADDRESS: '0.0.0.0' }).services).flatMap((service) => service.ports ?? []);
    expect(ports.filter((port) => /^0\.0/.test(port))).toEqual(['0.0.0.0:8080:80', '0.0.0.0:8443:443']);
  });

  it('every container that keeps running has a health check', () => {
    for (const [name, service] of services) expect([name, service.healthcheck !== undefined]).toEqual([name, !isOneShot(service)]);
  });

  it('a container waits until what it needs is healthy, or has ended well', () => {
    const waits = services.flatMap(([, { depends_on }]) => Object.entries(depends_on ?? {}));
    expect([...new Set(waits.map(([name]) => name))].sort()).toEqual(['bucket', 'migrate', 'postgres', 'proxy-volume', 'rabbitmq']);
    for (const [name, { condition }] of waits) {
      const wanted = isOneShot(compose.services[name]!) ? 'service_completed_successfully' : 'service_healthy';
      expect([name, condition]).toEqual([name, wanted]);
    }
  });

  // `up --wait` takes the end of a container for a failure unless another one depends on that end.
  it('a container that ends on its own is awaited by one that keeps running', () => {
    const awaited = new Set(
      services.filter(([, service]) => !isOneShot(service)).flatMap(([, { depends_on }]) => Object.keys(depends_on ?? {})),
    );
    // A profile that nobody turns on: `make cli` runs it.
    const oneShots = services.filter(([name, service]) => isOneShot(service) && name !== 'cli').map(([name]) => name);
    expect(oneShots.sort()).toEqual(['bucket', 'migrate', 'proxy-volume']);
    expect(oneShots.filter((name) => !awaited.has(name))).toEqual([]);
  });

  it('no container depends on one that a profile may leave out', () => {
    const optional = new Set(services.filter(([, { profiles }]) => profiles !== undefined).map(([name]) => name));
    expect([...optional]).toEqual(['cli', 'sandbox', 'prometheus', 'grafana']);
    expect(services.flatMap(([, { depends_on }]) => Object.keys(depends_on ?? {})).filter((name) => optional.has(name))).toEqual([]);
  });

  it('every mounted volume is named, and every named volume is mounted', () => {
    const mounted = services
      .flatMap(([, { volumes }]) => volumes ?? [])
      .flatMap((volume) => (volume === './secrets:/run/secrets:ro' ? [] : volume.split(':')[0]!));
    expect([...new Set(mounted)].sort()).toEqual(Object.keys(compose.volumes).sort());
  });
});

describe('The processes in the containers', () => {
  const loaded = (name: string, own?: Record<string, string>) => readSettings(composed(own).services[name]!.environment!);
  const settings = (name: string, own?: Record<string, string>) => loaded(name, own).get(Settings);
  const stripe = (name: string, own?: Record<string, string>) => loaded(name, own).get(PaymentsSettings).stripe;
  const sandbox = { APP_ENV: 'sandbox', STRIPE_API_URL: 'http://sandbox:12111', CLOCK_MOVABLE: 'true' };

  it('every container of ours starts a program that the build makes', () => {
    const entries = ours.map(([, { entrypoint, command }]) => (entrypoint ?? command)!.slice(1).find((word) => !word.startsWith('-'))!);
    expect(entries).toHaveLength(5);
    for (const entry of entries) {
      const source = fileURLToPath(new URL(`../${entry.replace(/^dist\//, '').replace(/\.js$/, '.ts')}`, import.meta.url));
      expect([entry, existsSync(source)]).toEqual([entry, true]);
    }
  });

  it('the containers of ours share one image, and migrate builds it', () => {
    expect(new Set(ours.map(([, { image }]) => image)).size).toBe(1);
    expect(ours.filter(([, { build }]) => build !== undefined).map(([name]) => name)).toEqual(['migrate']);
    expect(ours.filter(([, service]) => service['pull_policy'] !== 'never')).toEqual([]);
  });

  it.each(['api', 'worker'])('the %s runs with settings for production', (name) => {
    const { production, database, broker, clock, http } = settings(name);
    expect({ production, host: http.host, apiUrl: stripe(name).apiUrl, movable: clock.movable }).toEqual({
      production: true,
      host: '0.0.0.0',
      apiUrl: null,
      movable: false,
    });
    expect(new URL(database.url).hostname).toBe('postgres');
    expect(new URL(broker.amqpUrls[0]!).hostname).toBe('rabbitmq');
  });

  it('api, worker and sandbox listen on the ports that their health checks ask', () => {
    expect(compose.services['api']!.healthcheck!.test.join()).toContain(`:${settings('api').http.port}/readyz`);
    expect(compose.services['worker']!.healthcheck!.test.join()).toContain(`:${settings('worker').http.workerPort}/readyz`);
    expect(compose.services['sandbox']!.healthcheck!.test.join()).toContain(
      `:${readOptions(compose.services['sandbox']!.environment!).port}/healthz`,
    );
  });

  it.each(['api', 'worker'])('the %s may use the Stripe sandbox, but not in production', (name) => {
    const { production, clock } = settings(name, sandbox);
    expect({ production, apiUrl: stripe(name, sandbox).apiUrl, movable: clock.movable }).toEqual({
      production: false,
      apiUrl: sandbox.STRIPE_API_URL,
      movable: true,
    });
    expect(() => settings(name, { ...sandbox, APP_ENV: '' })).toThrow(SettingsInvalid);
  });

  it('the Stripe sandbox signs webhooks with the secret that the api checks', () => {
    const { services: own } = composed(sandbox);
    const options = readOptions(own['sandbox']!.environment!);
    expect(options).toMatchObject({ host: '0.0.0.0', webhookSecret: stripe('api', sandbox).webhookSecrets[0] });
    expect(options.webhookUrl).toBe(`http://api:${settings('api').http.port}/api/v1/webhooks/stripe`);
  });
});
