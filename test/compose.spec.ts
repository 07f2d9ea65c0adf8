import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv, type ValidateFunction } from 'ajv';
import { readSettings, SettingsInvalid } from '@app/platform/config/settings.js';
import { optionsFrom } from '../apps/stripe-sandbox/src/environment.js';

const folder = fileURLToPath(new URL('../compose/', import.meta.url));
const example = readFileSync(join(folder, '.env.example'), 'utf8');
const required = [...example.matchAll(/^([A-Z0-9_]+)=$/gm)].map(([, name]) => name!);

interface Service {
  image: string;
  build?: { context: string; dockerfile: string };
  profiles?: string[];
  user?: string;
  command?: string[];
  environment?: Record<string, string>;
  ports?: string[];
  volumes?: string[];
  cap_add?: string[];
  depends_on?: Record<string, { condition: string }>;
  healthcheck?: { test: string[] };
  [key: string]: unknown;
}

interface Compose {
  services: Record<string, Service>;
  volumes: Record<string, unknown>;
  [key: string]: unknown;
}

/** Every empty variable of the example given a value that fits, and what is given here. */
function filledIn(own: Record<string, string> = {}): Record<string, string> {
  const secret = '0123456789abcdef0123456789abcdef';
  const shaped = { ADMIN_EMAIL: 'admin@cinema.test', STRIPE_SECRET_KEY: `sk_test_${secret}`, STRIPE_WEBHOOK_SECRET: `whsec_${secret}` };
  return { ...Object.fromEntries(required.map((name) => [name, secret])), ...shaped, ...own };
}

function resolve(variables: Record<string, string>): { compose: Compose | null; faults: string } {
  const scratch = mkdtempSync(join(tmpdir(), 'movie-reservation-compose-'));
  const file = join(scratch, 'env');
  const lines = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
  writeFileSync(file, lines.join('\n'));
  try {
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(folder, 'resolve.mjs'), file], { encoding: 'utf8' });
    return { compose: status === 0 ? (JSON.parse(stdout) as Compose) : null, faults: stderr };
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

function composed(own?: Record<string, string>): Compose {
  const { compose, faults } = resolve(filledIn(own));
  if (compose === null) throw new Error(faults);
  return compose;
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

  it('is what the Compose Specification allows', () => {
    validate(compose);
    expect(validate.errors).toBeNull();
  });

  it.each([
    ['a misspelt key', (api: Service) => Object.assign(api, { helthcheck: {} })],
    ['a condition that does not exist', (api: Service) => Object.assign(api.depends_on!['postgres']!, { condition: 'service_ready' })],
    ['a list where a text belongs', (api: Service) => Object.assign(api, { stop_grace_period: ['20s'] })],
  ])('would be refused with %s', (_what, spoil) => {
    const spoilt = structuredClone(compose);
    spoil(spoilt.services['api']!);
    expect(validate(spoilt)).toBe(false);
  });

  it('names no variable that the example does not explain', () => {
    const text = readFileSync(join(folder, 'compose.yaml'), 'utf8');
    const named = new Set([...text.matchAll(/\$\{(\w+)/g)].map(([, name]) => name!));
    const explained = new Set([...example.matchAll(/^#?([A-Z0-9_]+)=/gm)].map(([, name]) => name!));
    expect([...named].filter((name) => !explained.has(name))).toEqual([]);
    expect([...explained].filter((name) => !named.has(name))).toEqual(['COMPOSE_PROFILES']);
  });

  it.each([
    'POSTGRES_PASSWORD',
    'RABBITMQ_PASSWORD',
    'S3_ACCESS_KEY_ID',
    'S3_SECRET_ACCESS_KEY',
    'JWT_SECRET',
    'STRIPE_SECRET_KEY',
    'STRIPE_PUBLISHABLE_KEY',
    'STRIPE_WEBHOOK_SECRET',
  ])('has no %s of its own and says so', (name) => {
    expect(required).toContain(name);
    expect(resolve(filledIn({ [name]: '' })).faults).toBe(`required variable ${name} is missing a value: set it in compose/.env\n`);
  });
});

describe('The containers', () => {
  it.each(services)('%s can do no more than it must', (_name, service) => {
    expect(service).toMatchObject({ read_only: true, cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'] });
    expect(service['privileged']).toBeUndefined();
    expect(service['pids_limit']).toBeGreaterThan(0);
    expect(service['mem_limit']).toMatch(/^\d+[mg]$/);
  });

  it.each(services)('%s ends in good time and does not fill the disk with logs', (_name, service) => {
    expect(service['stop_grace_period']).toBe('20s');
    expect(service['logging']).toEqual({ driver: 'local', options: { 'max-size': '10m', 'max-file': '5' } });
    expect(['unless-stopped', 'no']).toContain(service['restart']);
  });

  it('run as root nowhere but where a new volume is handed over', () => {
    const asRoot = services.filter(
      ([, { user, image }]) => !image.startsWith('movie-reservation') && (user === undefined || user === 'root'),
    );
    expect(asRoot.map(([name, { cap_add }]) => ({ name, cap_add }))).toEqual([{ name: 'bucket', cap_add: ['CHOWN'] }]);
    expect(services.flatMap(([, { cap_add }]) => cap_add ?? [])).toEqual(['CHOWN']);
    expect(readFileSync(join(folder, 'Dockerfile'), 'utf8')).toMatch(/^USER node$/m);
  });

  it('keep their doors to this machine', () => {
    const published = services.flatMap(([, { ports }]) => ports ?? []);
    expect(published.length).toBeGreaterThan(0);
    expect(published.filter((port) => !/^127\.0\.0\.1:\d+:\d+$/.test(port))).toEqual([]);
  });

  it('open the API and the posters to others when asked, and nothing else', () => {
    const open = Object.entries(composed({ BIND_ADDRESS: '0.0.0.0' }).services).filter(([, { ports }]) =>
      ports?.some((port) => /^0\.0/.test(port)),
    );
    expect(open.map(([name]) => name).sort()).toEqual(['api', 'storage']);
  });

  it('are watched for as long as they run', () => {
    for (const [name, service] of services) expect([name, service.healthcheck !== undefined]).toEqual([name, !isOneShot(service)]);
  });

  it('wait for what they need to be healthy, or to have ended well', () => {
    const waits = services.flatMap(([, { depends_on }]) => Object.entries(depends_on ?? {}));
    expect(waits.length).toBeGreaterThan(5);
    for (const [name, { condition }] of waits) {
      const wanted = isOneShot(compose.services[name]!) ? 'service_completed_successfully' : 'service_healthy';
      expect([name, condition]).toEqual([name, wanted]);
    }
  });

  it('that end on their own are each awaited by one that stays, or `up --wait` would take their end for a failure', () => {
    const awaited = new Set(
      services.filter(([, service]) => !isOneShot(service)).flatMap(([, { depends_on }]) => Object.keys(depends_on ?? {})),
    );
    const oneShots = services.filter(([, service]) => isOneShot(service)).map(([name]) => name);
    expect(oneShots.sort()).toEqual(['bucket', 'migrate']);
    expect(oneShots.filter((name) => !awaited.has(name))).toEqual([]);
  });

  it('depend on none that a profile may leave out', () => {
    const optional = new Set(services.filter(([, { profiles }]) => profiles !== undefined).map(([name]) => name));
    expect([...optional]).toEqual(['sandbox']);
    expect(services.flatMap(([, { depends_on }]) => Object.keys(depends_on ?? {})).filter((name) => optional.has(name))).toEqual([]);
  });

  it('keep their data in named volumes', () => {
    const mounted = services.flatMap(([, { volumes }]) => volumes ?? []).map((volume) => volume.split(':')[0]!);
    expect([...new Set(mounted)].sort()).toEqual(Object.keys(compose.volumes).sort());
  });
});

describe('The processes in the containers', () => {
  const settings = (name: string, own?: Record<string, string>) => readSettings(composed(own).services[name]!.environment!);
  const sandbox = { APP_ENV: 'sandbox', STRIPE_API_URL: 'http://sandbox:12111', CLOCK_MOVABLE: 'true' };

  it('are programs that the build makes', () => {
    const entries = ours.map(([, { command }]) => command![1]!);
    expect(entries).toHaveLength(4);
    for (const entry of entries) {
      const source = fileURLToPath(new URL(`../${entry.replace(/^dist\//, '').replace(/\.js$/, '.ts')}`, import.meta.url));
      expect([entry, existsSync(source)]).toEqual([entry, true]);
    }
  });

  it('share one image, which one of them makes', () => {
    expect(new Set(ours.map(([, { image }]) => image)).size).toBe(1);
    expect(ours.filter(([, { build }]) => build !== undefined).map(([name]) => name)).toEqual(['migrate']);
    expect(ours.filter(([, service]) => service['pull_policy'] !== 'never').map(([name]) => name)).toEqual(['migrate']);
  });

  it.each(['api', 'worker'])('the %s takes its settings for production', (name) => {
    const { production, database, broker, stripe, clock, http } = settings(name);
    expect({ production, host: http.host, apiUrl: stripe.apiUrl, movable: clock.movable }).toEqual({
      production: true,
      host: '0.0.0.0',
      apiUrl: null,
      movable: false,
    });
    expect(new URL(database.url).hostname).toBe('postgres');
    expect(new URL(broker.amqpUrl!).hostname).toBe('rabbitmq');
  });

  it('listen where their health is looked for', () => {
    expect(compose.services['api']!.healthcheck!.test.join()).toContain(`:${settings('api').http.port}/readyz`);
    expect(compose.services['worker']!.healthcheck!.test.join()).toContain(`:${settings('worker').http.workerPort}/readyz`);
    expect(compose.services['sandbox']!.healthcheck!.test.join()).toContain(
      `:${optionsFrom(compose.services['sandbox']!.environment!).port}/healthz`,
    );
  });

  it.each(['api', 'worker'])('the %s talks to the stand-in for Stripe, outside production only', (name) => {
    const { production, stripe, clock } = settings(name, sandbox);
    expect({ production, apiUrl: stripe.apiUrl, movable: clock.movable }).toEqual({
      production: false,
      apiUrl: sandbox.STRIPE_API_URL,
      movable: true,
    });
    expect(() => settings(name, { ...sandbox, APP_ENV: '' })).toThrow(SettingsInvalid);
  });

  it('the stand-in for Stripe signs its webhooks with the secret the api checks, and sends them there', () => {
    const { services: own } = composed(sandbox);
    const options = optionsFrom(own['sandbox']!.environment!);
    expect(options).toMatchObject({ host: '0.0.0.0', webhookSecret: settings('api', sandbox).stripe.webhookSecrets[0] });
    expect(options.webhookUrl).toBe(`http://api:${settings('api').http.port}/api/v1/webhooks/stripe`);
  });
});
