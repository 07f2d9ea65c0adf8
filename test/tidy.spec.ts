import { type RuleName, RULES, toLine } from './tidy/check.js';
import { type Source, parseSource, readSources } from './tidy/sources.js';
import { BANNED_WORDS } from './tidy/words.js';

/** Files that break a rule, and the message that each gets; null: none. */
const EXAMPLES: Partial<Record<RuleName, readonly (readonly [path: string, text: string, message: string | null])[]>> = {
  length: [
    ['libs/auth/src/long.ts', '\n'.repeat(300) + 'export {};\n', '301 lines; at most 300. Split the file by topic.'],
    ['libs/auth/src/short.ts', '\n'.repeat(299) + 'export {};\n', null],
  ],
  words: [
    ['libs/auth/src/a.ts', 'const filmTitle = 1;', '"film" (filmTitle): movie'],
    ['libs/auth/src/film-title.ts', '', '"film" (film-title): movie'],
    ['libs/auth/src/b.ts', '// The films of a page.\nconst href = "http://a.test";', '"films" (// The films of a page.): movie'],
    ['libs/auth/src/c.ts', 'const title = `A ${size} film`;', '"film" (film): movie'],
    ['docs/d.md', 'Two films.', '"films" (Two films.): movie'],
    ['libs/auth/src/e.ts', '/** Reads a gate. */\nclass Gate {}', '"gate" (Gate): TransactionBarrier'],
    ['libs/auth/src/g.ts', '/** It tries again. */\nconst MAX_TRIES = 3;', '"max tries" (MAX_TRIES): attempts'],
    ['libs/auth/src/h.ts', '// Ended without its show.', '"its show" (// Ended without its show.): showtime'],
    ['libs/auth/src/f.ts', 'const filmography = "cinema.unheard";\n// The gate of a page.', null],
  ],
  members: [
    ['libs/auth/src/a.ts', 'class A { private size = 1; }', 'field size: #size, not private'],
    ['libs/auth/src/b.ts', 'class A { #run() {} }', 'method #run(): private, not #'],
    ['libs/auth/src/c.ts', 'class A { constructor(private size: number) {} }', 'parameter size: private readonly'],
    ['libs/auth/src/d.ts', 'class A { #size = 1; constructor(private readonly name: string) {} private run() {} }', null],
  ],
  constants: [
    ['libs/auth/src/a.ts', "const name = 'a';", 'name: a constant is UPPER_CASE'],
    ['libs/auth/src/b.ts', 'export const pattern = /a/;', 'pattern: a constant is UPPER_CASE'],
    ['libs/auth/src/c.ts', "const names = ['a', 'b'] as const;", 'names: a constant is UPPER_CASE'],
    ['libs/auth/src/d.ts', 'const DAYS = 3;\nconst longest = DAYS * 24;', 'longest: a constant is UPPER_CASE'],
    ['libs/auth/src/g.ts', 'const INSERT = (n: number) => `$${n}`;', 'INSERT: a function is no constant'],
    ['libs/auth/src/e.ts', 'const PAUSE = 1_000;', 'PAUSE: say the unit in the name (…_MS, …_SECONDS, …_ROWS)'],
    ['libs/auth/src/f.ts', 'const PAUSE_MS = 1_000, LIMIT = 3, handlers = [HoldSeats], now = Date.now();', null],
  ],
  errors: [
    [
      'libs/auth/src/a.ts',
      "class IsLast extends DomainError { constructor() { super('auth.last', ''); } }",
      'IsLast has the code auth.last',
    ],
    ['libs/rooms/src/b.ts', "class RoomClosed extends DomainError { constructor() { super('rooms.closed', ''); } }", null],
    ['libs/rooms/src/c.ts', "class LastRoom extends DomainError { constructor() { super('rooms.last-room', ''); } }", null],
  ],
  settings: [
    [
      'libs/auth/src/auth.settings.ts',
      'interface S { pause: number; tokens: { seconds: string } }',
      'pause: say the unit in the name (…Ms, …Seconds, …Bytes, …Count)',
    ],
    ['libs/rooms/src/rooms.settings.ts', 'interface S { pauseMs: number; holdsPerMinute: number; port: number }', null],
  ],
  openings: [
    ['libs/platform/src/http/a.ts', 'export {};', 'open with one line that says what the file is for'],
    ['libs/auth/src/auth.module.ts', 'export {};', 'open with one line that says what the file is for'],
    ['libs/contracts/src/auth.ts', 'export class UserRegistered {}', 'UserRegistered: say in one line what it is'],
    ['libs/contracts/src/rooms.ts', '/** A room opened. */\nexport class RoomOpened {}', null],
  ],
  queries: [
    ['libs/auth/src/application/queries/users.ts', 'class UserList extends Query<Page> {}', 'UserList: the query is the name of its file'],
    ['libs/auth/src/application/queries/users-for-admin.ts', 'class UsersForAdmin extends Query<Page> {}', null],
  ],
  'use cases': [
    ['libs/auth/src/application/queries/order.ts', 'export {};', '0 of @QueryHandler(…); one file a use case'],
    [
      'libs/auth/src/application/queries/two.ts',
      '@QueryHandler(A) class B {}\n@QueryHandler(C) class D {}',
      '2 of @QueryHandler(…); one file a use case',
    ],
    ['libs/auth/src/application/commands/act.ts', '@QueryHandler(Act) class B {}', '0 of @CommandHandler(…); one file a use case'],
    ['libs/auth/src/application/commands/act-too.ts', '@CommandHandler(ActToo) class B {}', null],
    ['libs/auth/src/application/queries/user.view.ts', 'class UserView {}', null],
    ['libs/auth/src/application/queries/parts/order.ts', 'export {};', null],
  ],
  invariants: [
    ['test/e2e/a.e2e-spec.ts', 'await startProcess({});', 'starts the system and does not check its invariants: assertInvariants'],
    ['test/e2e/b.e2e-spec.ts', 'await startProcess({}); await assertInvariants(system);', null],
    ['test/e2e/c.e2e-spec.ts', 'const system = useMultiProcessSystem();', null],
    ['test/e2e/d.e2e-spec.ts', "it('reads a file', () => {});", null],
  ],
  'fixed dates': [
    [
      'test/integration/rooms/a.int-spec.ts',
      "schedule(room, '2027-01-11T10:00');",
      'a date that will be over: count from the clock, or set it (clockAt): 2027-01-11T10:00',
    ],
    [
      'test/e2e/b.e2e-spec.ts',
      'post(`${movie},${room},2030-05-01T${time}`);',
      'a date that will be over: count from the clock, or set it (clockAt): ,2030-05-01T',
    ],
    ['test/integration/rooms/c.int-spec.ts', "startInProcessSystem({ clockAt: NOW }); schedule(room, '2027-01-11T10:00');", null],
    ['test/integration/rooms/d.int-spec.ts', "ShowtimesClient.start(); schedule(room, '2027-01-11T10:00');", null],
    [
      'test/integration/rooms/e.int-spec.ts',
      "replay({ since: '2026-01-01T00:00:00Z' });\nlist('date=2027-01-11', '2099-01-01T00:00:00Z');",
      null,
    ],
    ['libs/rooms/src/f.spec.ts', "const at = new Date('2027-01-11T10:00Z');", null],
  ],
  'test names': [
    ['libs/auth/src/a.spec.ts', `it('${'a'.repeat(80)}', () => {});`, `a test name of 80 characters; under 80: ${'a'.repeat(80)}…`],
    ['libs/auth/src/b.spec.ts', `it.each([1])('${'a'.repeat(79)}', () => {});`, null],
    ['libs/auth/src/c.spec.ts', "it('is refused with 409', () => {});", 'a test name without its subject: is refused with 409'],
    [
      'libs/auth/src/e.spec.ts',
      "it('when it is lost, no read fails', () => {});",
      'a test name without its subject: when it is lost, no read fails',
    ],
  ],
  statements: [
    [
      'libs/auth/src/application/commands/a.ts',
      "query('DELETE FROM auth.users');",
      'a statement outside of queries and infrastructure: DELETE FROM auth.users',
    ],
    ['libs/auth/src/application/queries/b.ts', "query('SELECT id FROM auth.users');", null],
  ],
  titles: [
    ['docs/a.md', '# A titl- and a stray line\ne\n', 'a document begins with a line of its title and an empty line'],
    ['docs/b.md', 'No title\n', 'a document begins with a line of its title and an empty line'],
    ['docs/c.md', '# A title\n\nText.\n', null],
  ],
  pasted: [
    ['docs/a.md', '# A\n\n```sh\nmake up   # starts\n```\n', 'a comment among commands to paste: make up   # starts'],
    ['docs/b.md', '# B\n\n```sh\n$C stop\n```\n', 'a variable as a command, which is a function: $C stop'],
    ['docs/e.md', '# E\n\n| end it | `$C stop a` |\n', 'a variable as a command, which is a function: `$C stop a`'],
    ['docs/f.md', '# F\n\n`$HOME` and `C stop $NAME` and `$5 a seat`.\n', null],
    ['docs/c.md', "# C\n\n```sh\nnode <<'END'\n# text\nEND\n```\n# No command\n", null],
    ['docs/d.md', '# D\n\n```sh\ncat <<EOF\n# text\nEOF\n```\n', 'a comment among commands to paste: # text'],
  ],
  booleans: [
    ['libs/auth/src/a.ts', 'function park(id: string, isTrue: boolean) {}', 'parameter isTrue: a named option'],
    ['libs/auth/src/b.ts', 'const read = (text: string, isCsv = false) => text;', 'parameter isCsv: a named option'],
    ['libs/auth/src/c.ts', 'function park(id: string, { isTrue }: { isTrue: boolean }) {}\nconst set = (on: boolean) => on;', null],
  ],
  'optional fields': [
    ['libs/auth/src/a.dto.ts', 'class A { @IsOptional() @IsInt() sum?: number; }', 'field sum: @MayBeLeftOut, or a type that names null'],
    ['libs/auth/src/b.dto.ts', 'class B { @MayBeNull() day?: string; }', 'field day: @MayBeLeftOut, or a type that names null'],
    ['libs/auth/src/c.dto.ts', 'class C { @IsOptional() day?: string | null; @MayBeLeftOut() sum?: number; }', null],
  ],
  'context keys': [
    ['libs/auth/src/a.ts', "this.cls.set('auth.actor', 1);", 'a key of a context is a symbol: auth.actor'],
    ['libs/auth/src/b.ts', 'const actor = cls.get<Actor>(ACTOR);', null],
  ],
  'type names': [
    ['libs/auth/src/a.ts', 'interface Published { readonly id: string }', 'Published: a noun that says what it is'],
    ['libs/auth/src/b.ts', 'class Seating {}\ntype PublishedEvent = object;\nclass Overloaded extends Error {}', null],
  ],
  'unused exports': [
    ['libs/auth/src/a.ts', 'export const seats = 1;', 'seats: no other file imports it'],
    ['libs/auth/src/b.ts', 'interface A {}\nexport { type A };', 'A: no other file imports it'],
    ['libs/auth/src/c.ts', 'export const { seats } = { seats: 1 };', 'seats: no other file imports it'],
    ['libs/auth/src/d.ts', 'export default class Seat {}\nconst seats = 1;', null],
    ['libs/contracts/src/auth.ts', '/** A user. */\nexport class User {}', null],
  ],
};

describe('The tidiness of the repository', () => {
  let sources: readonly Source[];

  beforeAll(() => void (sources = readSources()));

  it.each(Object.keys(RULES) as RuleName[])('the repository keeps the rule about %s', (name) => {
    const findings = RULES[name](sources);
    expect(findings.map(toLine)).toEqual([]);
  });

  it('the rules read code, documents and settings', () => {
    expect(sources.length).toBeGreaterThan(500);
    expect(sources.map(({ path }) => path)).toEqual(
      expect.arrayContaining(['README.md', 'SECURITY.md', '.env.example', 'vitest.config.mjs', 'test/tidy.spec.ts']),
    );
  });

  const examples = Object.entries(EXAMPLES).flatMap(([rule, files]) =>
    files.map(([path, text, message]) => ({ rule, path, text, message })),
  );

  it.each(examples)('the rule about $rule answers $message for $path', ({ rule, path, text, message }) => {
    const findings = RULES[rule as RuleName]([parseSource(path, text)]);
    expect(findings.map((finding) => finding.message)).toEqual(message === null ? [] : [message]);
  });

  it.each([
    "import { seats as places } from './a.js';",
    "import * as auth from './a.js';",
    "export { seats } from './a.js';",
    "await import('./a.js');",
    "import { seats } from '@app/auth';",
  ])('an export is used by %s', (text) => {
    const exported = ['libs/auth/src/a.ts', 'libs/auth/src/index.ts'].map((path) => parseSource(path, 'export const seats = 1;'));
    const before = RULES['unused exports'](exported);
    const after = RULES['unused exports']([...exported, parseSource('libs/auth/src/b.spec.ts', text)]);
    expect(before.length - after.filter(({ path }) => path !== 'libs/auth/src/b.spec.ts').length).toBe(1);
  });

  it('every banned word is written as the rule reads words: plain and in lower case', () => {
    for (const { pattern } of BANNED_WORDS) expect(pattern.source).not.toMatch(/[A-Z_]/);
  });
});
