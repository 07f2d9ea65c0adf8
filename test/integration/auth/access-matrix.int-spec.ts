import { randomUUID } from 'node:crypto';
import Fastify from 'fastify';
import { vi } from 'vitest';
import { JwtService } from '@nestjs/jwt';
import { newId } from '@app/kernel/id.js';
import { ACCESS, type Access } from '@app/platform/http/access/route-access.js';
import { createHttpApplication } from '@app/platform/http/http-application.js';
import { MethodNotAllowedRoutes } from '@app/platform/http/problems/method-not-allowed.js';
import { API_TEXTS } from '../../../apps/api-texts.js';
import { readSettings } from '../../../apps/settings.js';
import { StandaloneModule } from '../../../apps/standalone/src/standalone.module.js';
import { SCOPES } from '../../../libs/auth/src/domain/api-key.js';
import { PostgresCurrentRights } from '../../../libs/auth/src/infrastructure/postgres-current-rights.js';
import { PostgresRevokedAccess } from '../../../libs/auth/src/infrastructure/postgres-revoked-access.js';
import { UsersController } from '../../../libs/auth/src/infrastructure/users.controller.js';
import type { Customer, ShowtimeFixture } from '../../support/http-client.js';
import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';
import { until } from '../../support/until.js';
import {
  BODIES,
  expectedOutcome,
  FORMS,
  MATRIX,
  type Outcome,
  PEOPLE,
  type Person,
  STANDALONE_ROUTES,
  WORKER_ROUTES,
} from './access-matrix.js';

let system: InProcessSystem;
let scene: ShowtimeFixture;
let owner: Customer;
let tokens: Record<Person, string | undefined>;
let seats = 0;
/** Every route of the router with its whole path, by its name in the matrix: those of controllers, and those that were given to Fastify itself. */
let paths: ReadonlyMap<string, string>;

beforeAll(async () => {
  paths = collectRoutes();
  system = await startInProcessSystem({
    env: { CORS_ORIGINS: 'https://shop.example', REFRESH_PER_ADDRESS_PER_MINUTE: '0', TICK_SWEEP_HOLDS_MS: '1000' },
  });
  scene = await system.createShowtime({ rows: 10, seatsPerRow: 20 });
  owner = await system.registerCustomer();
  const [other, seller, reporting, gone] = await system.registerCustomers(4);
  const token = await system.adminToken();
  await system.expectOk('PUT', `/users/${seller!.id}/roles/box-office`, { token });
  await system.expectOk('PUT', `/users/${reporting!.id}/roles/reporting`, { token });
  await system.expectOk('POST', `/users/${gone!.id}/deactivate`, { token });
  const isRefused = async () => (await system.get('/auth/me', { token: gone!.token })).status === 401;
  await until(isRefused, { what: 'the end of the access' });
  tokens = {
    nobody: undefined,
    'expired token': expiredToken(owner.id),
    'deactivated user': gone!.token,
    'another customer': other!.token,
    owner: owner.token,
    'box office': seller!.token,
    reporting: reporting!.token,
    machine: (await system.expectOk('POST', '/admin/api-keys', { token, body: { client: 'A machine', scopes: SCOPES } })).key,
    admin: token,
  };
}, 60_000);
afterAll(() => system?.close());
afterEach(() => {
  vi.restoreAllMocks();
});

/** One that was issued here for the owner of the reservation. */
function expiredToken(userId: string): string {
  const now = Math.floor(Date.now() / 1_000);
  const claims = { sub: userId, role: 'customer', typ: 'access', jti: newId(), iat: now - 700, exp: now - 60 };
  const ours = { iss: 'movie-reservation', aud: 'movie-reservation' };
  return new JwtService({}).sign({ ...claims, ...ours }, { secret: system.env['JWT_SECRET']!, algorithm: 'HS256' });
}

/** Of the next application that is made. HEAD goes with GET, and what refuses the other methods of a path is no route of its own. */
function collectRoutes(): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  type Collect = (this: unknown, ...parts: Parameters<MethodNotAllowedRoutes['collect']>) => void;
  const { collect } = MethodNotAllowedRoutes.prototype as unknown as { readonly collect: Collect };
  vi.spyOn(MethodNotAllowedRoutes.prototype, 'collect').mockImplementationOnce(function (this: MethodNotAllowedRoutes, fastify, options) {
    fastify.addHook('onRoute', ({ method, url, config }) => {
      const isRefusal = config !== undefined && 'allowed' in config;
      for (const each of isRefusal ? [] : [method].flat().filter((name) => name !== 'HEAD')) {
        const path = url.replace(/(.)\/$/, '$1');
        found.set(`${each} ${path.replace(/^\/api\/v1(?=\/)/, '')}`, path);
      }
    });
    collect.call(this, fastify, options);
  });
  return found;
}
const routes = (): string[] => [...paths.keys()].sort();

/** Routes without an entry, and entries without a route. */
function mismatches(existing: readonly string[]): string[] {
  const missing = existing.filter((route) => !MATRIX.has(route)).map((route) => `${route} has no entry`);
  return [...missing, ...[...MATRIX.keys()].filter((route) => !existing.includes(route)).map((route) => `${route} does not exist`)];
}

/** A part of it that is not there is no answer about who gets in. */
const RESERVATION_HIDDEN = new Set(['reservations.not-found', 'payments.reservation-not-found']);

type Fault = `a fault: ${number}`;

async function outcomeOf(route: string, person: Person, reservationId: string): Promise<Outcome | Fault> {
  const [method, template] = route.split(' ') as [string, string];
  const path = paths
    .get(route)!
    .replace(/\*$/, 'favicon-32x32.png')
    .replace(':id', reservationId)
    .replace(':role', 'reporting')
    .replaceAll(/:\w+/g, () => randomUUID());
  const isForm = FORMS.has(route);
  const body = isForm ? '--limit--\r\n' : (BODIES[route] ?? (method === 'GET' || method === 'DELETE' ? undefined : {}));
  const headers: Record<string, string> = isForm ? { 'content-type': 'multipart/form-data; boundary=limit' } : {};
  const { status, body: answer } = await system.call(method, `/${path.startsWith('/') ? path : `/${path}`}`, {
    token: tokens[person],
    body,
    headers,
  });
  const isExpectedOutside = template === '/readyz' && status === 503;
  if (status >= 500 && !isExpectedOutside) return `a fault: ${status}`;
  const isHidden = MATRIX.get(route) === 'the owner' && status === 404 && RESERVATION_HIDDEN.has(answer.code);
  return status === 401 || status === 403 || isHidden ? status : 'in';
}

/** What differs from the matrix. The owner comes last: what the owner does may end the reservation. */
async function findings(route: string): Promise<string[]> {
  const kind = MATRIX.get(route)!;
  const held = kind === 'the owner' ? (await system.hold(owner, scene.showtimeId, [seatLabel(seats++)])).body.id : null;
  const id = (held as string | null) ?? randomUUID();
  const found: string[] = [];
  for (const person of [...PEOPLE.filter((each) => each !== 'owner'), 'owner' as const]) {
    const [actual, expected] = [await outcomeOf(route, person, id), expectedOutcome(kind, person)];
    if (actual !== expected) found.push(`${route} for ${person}: ${actual}, not ${expected}`);
  }
  if (held !== null) await system.delete(`/reservations/${id}`, { token: owner.token });
  return found;
}

const seatLabel = (index: number): string => `${'ABCDEFGHIJ'.charAt(Math.floor(index / 20))}${(index % 20) + 1}`;

describe('The access matrix', () => {
  it('every route has an entry, and every entry a route', () => {
    expect(mismatches(routes())).toEqual([]);
  });

  it('the process of make start and the worker have no other routes than these', async () => {
    const found = collectRoutes();
    const settings = readSettings({ ...system.env, ADMIN_EMAIL: '', ADMIN_PASSWORD: '' });
    const mails = { list: () => [], find: () => null };
    const demo = { accounts: [], steps: [], links: {} };
    const app = await createHttpApplication(
      StandaloneModule.for(settings, { mails: mails as never, demo: demo as never }),
      settings,
      API_TEXTS,
    );
    await app.init();
    await app.close();
    expect([...found.keys()].filter((route) => !paths.has(route)).sort()).toEqual(STANDALONE_ROUTES);
    const known = system.worker!.getHttpAdapter().getInstance().printRoutes({ commonPrefix: false });
    const ofWorker = [...known.matchAll(/\S+ (\S+) \(([A-Z, ]+)\)/g)].flatMap(([, path, methods]) =>
      methods!.split(', ').flatMap((method) => (method === 'HEAD' ? [] : [`${method} ${path}`])),
    );
    expect(ofWorker.sort()).toEqual(WORKER_ROUTES);
  }, 60_000);

  it('every route lets in whom the matrix says, and refuses all others', async () => {
    const found: string[] = [];
    for (const route of routes().filter((each) => MATRIX.has(each))) found.push(...(await findings(route)));
    expect(found).toEqual([]);
  }, 240_000);
});

describe('The access matrix, with a fault planted', () => {
  const { listUsers } = UsersController.prototype as unknown as { readonly listUsers: object };
  const withAccess = async (access: Access, route: string): Promise<string[]> => {
    Reflect.defineMetadata(ACCESS, access, listUsers);
    try {
      return await findings(route);
    } finally {
      Reflect.deleteMetadata(ACCESS, listUsers);
    }
  };

  it('a route without an entry is found, also one that is given to Fastify itself', async () => {
    expect(mismatches([...routes(), 'GET /planted'])).toEqual(['GET /planted has no entry']);
    const fastify = Fastify();
    const found = collectRoutes();
    new MethodNotAllowedRoutes().collect(fastify, { isCorsEnabled: false });
    fastify.get('/planted', () => 'in');
    fastify.route({ method: ['PUT', 'POST'], url: '/api/v1/planted', handler: () => 'in' });
    await fastify.ready();
    expect([...found.keys()].sort()).toEqual(['GET /planted', 'POST /planted', 'PUT /planted']);
  });

  it('a route that needs the right of another role is found', async () => {
    expect(await withAccess({ right: 'reports.read' }, 'GET /users')).toEqual(['GET /users for reporting: in, not 403']);
  });

  it('a route that accepts an API key is found', async () => {
    expect(await withAccess({ right: 'users.manage', scope: 'events:read' }, 'GET /users')).toEqual([
      'GET /users for machine: in, not 401',
    ]);
  });

  it('a route for admins that everybody may call is found', async () => {
    expect(await withAccess('public', 'GET /users')).toHaveLength(PEOPLE.length - 1);
  });

  it('a guard that forgets what a role may do is found', async () => {
    vi.spyOn(PostgresCurrentRights.prototype, 'has').mockResolvedValue(true);
    expect(await findings('GET /admin/reports/revenue')).toEqual([
      'GET /admin/reports/revenue for another customer: in, not 403',
      'GET /admin/reports/revenue for box office: in, not 403',
      'GET /admin/reports/revenue for owner: in, not 403',
    ]);
  });

  it('a guard that lets deactivated users in is found', async () => {
    vi.spyOn(PostgresRevokedAccess.prototype, 'includes').mockResolvedValue(false);
    expect(await findings('GET /reservations')).toEqual(['GET /reservations for deactivated user: in, not 401']);
  });
});
