import { readFile } from 'node:fs/promises';
import { allEventTypes } from '@app/contracts/all-events.js';
import { newId } from '@app/kernel/id.js';
import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly schema: { readonly pattern?: string; readonly maxLength?: number };
}
/** A query parameter that takes several values. */
interface ListParameter {
  readonly path: string;
  readonly name: string;
  /** At least two that exist. */
  readonly values: readonly string[];
  /** One more than the list takes; null where there are no more values than that. */
  readonly tooMany: readonly string[] | null;
  readonly kind: 'words' | 'ids' | 'codes' | 'names';
}

const API = '/api/v1';
/** What a route needs beside the list. */
const ALSO: Readonly<Record<string, string>> = {
  '/movies': 'playingOn=2026-12-24&',
  '/admin/reports/capacity': 'from=2026-12-01&to=2026-12-24&',
  '/admin/reports/popular-movies': 'from=2026-12-01&to=2026-12-24&',
};

/** Why a parameter of a GET takes one value. */
const ONE_VALUE: Readonly<Record<string, string>> = {
  active: 'both values together are no filter',
  client: 'a free text, which may have commas',
  cursor: 'a place in the list',
  date: 'a day',
  disputed: 'both values together are no filter',
  email: 'one address',
  format: 'how it is answered',
  from: 'a moment or day',
  groupBy: 'how it is answered',
  limit: 'a number',
  noShow: 'both values together are no filter',
  paidOut: 'both values together are no filter',
  playingOn: 'a day; the showtimes of that day are shown',
  q: 'a free text, which may have commas',
  size: 'one picture',
  sort: 'how it is answered',
  status: 'of the outbox, which lists parked events only',
  to: 'a moment or day',
  waiting: 'both values together are no filter',
  when: 'both values together are no filter',
};

describe('Query parameters with several values', () => {
  let system: InProcessSystem;
  let token: string;
  let endpointId: string;
  let lists: ListParameter[];

  beforeAll(async () => {
    system = await startInProcessSystem({ worker: false });
    token = await system.adminToken();
    const endpoint = { url: 'https://tickets.example/webhooks/cinema' };
    endpointId = (await system.expectOk('POST', '/admin/webhook-endpoints', { token, body: endpoint })).id as string;
    const { body } = await system.get('//docs/openapi.json');
    lists = Object.entries(body.paths as Record<string, { get?: { parameters?: Parameter[] } }>).flatMap(([path, { get }]) =>
      (get?.parameters ?? []).flatMap((parameter) => listOf(path.slice(API.length), parameter) ?? []),
    );
  }, 60_000);
  afterAll(() => system?.close());

  /** By its pattern: one value, and up to so many more after commas. */
  function listOf(path: string, { name, schema: { pattern = '' } }: Parameter): ListParameter | null {
    const [, more] = /\{0,(\d+)\}\$$/.exec(pattern) ?? [];
    if (more === undefined || !pattern.includes('(,')) return null;
    const [, words] = /^\^\(([a-z|-]+)\)\(,/.exec(pattern) ?? [];
    if (words !== undefined) return { path, name, values: words.split('|'), tooMany: null, kind: 'words' };
    const kind = pattern.includes('0-9a-f') ? 'ids' : pattern.startsWith('^[^,]') ? 'names' : 'codes';
    const tooMany = Array.from({ length: Number(more) + 2 }, (_, i) => (kind === 'ids' ? newId() : `${valueOf(name)}${i + 10}`));
    return { path, name, values: name.startsWith('type') ? allEventTypes : tooMany, tooMany, kind };
  }
  const valueOf = (name: string) => (name === 'code' ? '7Q2M9X' : name === 'intentId' ? 'pi_' : 'auth.sample.v');
  const ask = async ({ path, name }: ListParameter, ...given: readonly string[]) => {
    const query = given.map((value) => `${name}=${value}`).join('&');
    const { status, body } = await system.get(`${path.replace('{id}', endpointId)}?${ALSO[path] ?? ''}${query}`, { token });
    return { status, body };
  };

  it('the lists of the document are these', () => {
    expect(lists.map(({ path, name }) => `${path} ${name}`).sort()).toEqual([
      '/admin/audit-trail action',
      '/admin/audit-trail actor',
      '/admin/audit-trail subject',
      '/admin/dead-letters queue',
      '/admin/dead-letters status',
      '/admin/mails reservationId',
      '/admin/mails status',
      '/admin/mails userId',
      '/admin/outbox type',
      '/admin/payments intentId',
      '/admin/payments reservationId',
      '/admin/payments status',
      '/admin/refunds paymentId',
      '/admin/refunds status',
      '/admin/reports/capacity movieId',
      '/admin/reports/capacity theatreId',
      '/admin/reports/popular-movies theatreId',
      '/admin/reservations code',
      '/admin/reservations customerId',
      '/admin/reservations showtimeId',
      '/admin/reservations status',
      '/admin/stripe-events status',
      '/admin/webhook-endpoints status',
      '/admin/webhook-endpoints/{id}/deliveries status',
      '/admin/webhook-endpoints/{id}/deliveries type',
      '/admin/webhooks status',
      '/events type',
      '/movies genre',
      '/movies status',
      '/movies theatreId',
      '/reservations showtimeId',
      '/reservations status',
      '/rooms status',
      '/rooms theatreId',
      '/showtimes movieId',
      '/showtimes roomId',
      '/showtimes status',
      '/showtimes theatreId',
      '/users role',
    ]);
  });

  it('commas and repeated parameters mean the same, and equal values count once', async () => {
    for (const list of lists) {
      const [one, two] = list.values as [string, string];
      const byComma = await ask(list, `${one},${two}`);
      expect([list, byComma.status]).toEqual([list, 200]);
      for (const given of [
        [one, two],
        [two, one],
        [`${one}%2C${two}`],
        [`${one},${two}`, one],
        Array.from({ length: 30 }, (_, i) => [one, two][i % 2]!),
      ])
        expect([list, given, await ask(list, ...given)]).toEqual([list, given, byComma]);
    }
  });

  it('an empty value, a bad one and one too many are refused by name', async () => {
    for (const list of lists) {
      const [one] = list.values as [string];
      const bad = list.kind === 'names' ? ['%20'] : ['*', `${one}%20`];
      const tooMany = list.tooMany === null ? [] : [[list.tooMany.join(',')], list.tooMany];
      for (const given of [[''], [`${one},`], [`,${one}`], [one, ''], ...bad.flatMap((each) => [[each], [one, each]]), ...tooMany]) {
        const { status, body } = await ask(list, ...given);
        expect([list, given, status, body.errors?.[0]?.parameter]).toEqual([list, given, 400, list.name]);
      }
    }
  });

  it('a word that a list does not have is said in the message', async () => {
    for (const list of lists.filter(({ kind }) => kind === 'words')) {
      const { body } = await ask(list, `${list.values[0]},no-such`);
      expect([list, body.errors]).toEqual([
        list,
        [{ parameter: list.name, rule: 'in', message: expect.stringMatching(/; not "no-such"$/) }],
      ]);
    }
  });

  it('an id in capital letters is the same id', async () => {
    const { id } = (await system.expectOk('GET', '/auth/me', { token })) as { id: string };
    await system.sql(
      `INSERT INTO platform.audit_trail (id, at, actor, action, subject, details) VALUES ($1, now(), $2, 'test.act', 'x', '{}')`,
      [newId(), id],
    );
    const { data } = await system.expectOk('GET', `/admin/audit-trail?action=test.act&actor=${id},${id.toUpperCase()}`, { token });
    expect(data).toHaveLength(1);
  });

  it('of the parameters that take one value, each has its reason', async () => {
    // As it is shipped: the document of a test has only what decorators say.
    const document = JSON.parse(await readFile('docs/openapi.json', 'utf8')) as { readonly paths: object };
    const operations = Object.values(document.paths as Record<string, { get?: { parameters?: Parameter[] } }>);
    const all = operations.flatMap(({ get }) => get?.parameters ?? []).filter(({ in: place }) => place === 'query');
    const single = all.filter(({ schema: { pattern = '' } }) => !pattern.includes('(,')).map(({ name }) => name);
    expect([...new Set(single)].sort()).toEqual(Object.keys(ONE_VALUE).sort());
  });
});
