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
}

const API = '/api/v1';
/** What a route needs beside the list. */
const ALSO: Readonly<Record<string, string>> = { '/movies': 'playingOn=2026-12-24&' };

describe('Query parameters with several values', () => {
  let system: InProcessSystem;
  let token: string;
  let lists: ListParameter[];

  beforeAll(async () => {
    system = await startInProcessSystem({ worker: false });
    token = await system.adminToken();
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
    if (words !== undefined) return { path, name, values: words.split('|'), tooMany: null };
    const isOfIds = pattern.includes('0-9a-f');
    const tooMany = Array.from({ length: Number(more) + 2 }, (_, i) => (isOfIds ? newId() : `auth.sample.v${i}`));
    return { path, name, values: isOfIds ? tooMany : allEventTypes, tooMany };
  }
  const ask = async ({ path, name }: ListParameter, ...given: readonly string[]) => {
    const query = given.map((value) => `${name}=${value}`).join('&');
    const { status, body } = await system.get(`${path}?${ALSO[path] ?? ''}${query}`, { token });
    return { status, body };
  };

  it('the lists of the document are these', () => {
    expect(lists.map(({ path, name }) => `${path} ${name}`).sort()).toEqual([
      '/admin/reservations customerId',
      '/admin/reservations showtimeId',
      '/admin/reservations status',
      '/events types',
      '/movies theatreId',
      '/reservations showtimeId',
      '/reservations status',
      '/showtimes movieId',
      '/showtimes roomId',
      '/showtimes theatreId',
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
      const tooMany = list.tooMany === null ? [] : [[list.tooMany.join(',')], list.tooMany];
      for (const given of [[''], [`${one},`], [`,${one}`], [one, ''], ['*'], [one, '*'], [`${one}%20`], ...tooMany]) {
        const { status, body } = await ask(list, ...given);
        expect([list, given, status, body.errors?.[0]?.parameter]).toEqual([list, given, 400, list.name]);
      }
    }
  });
});
