// Which part may import which, as the README draws it. `test/boundaries.spec.ts` plants a violation of every rule.

// The contexts, side by side.
const CONTEXTS = ['auth', 'movies', 'rooms', 'showtimes', 'reservations', 'payments', 'reports', 'notifications', 'subscriptions'];
// The floors of the platform, from the top down. What stands on a floor may import what stands below it.
const FLOORS = [
  ['process'],
  ['operations'],
  ['http', 'jobs', 'schedule', 'messaging'],
  ['persistence'],
  ['telemetry', 'clock', 'config', 'concurrency', 'files'],
];
// The level of the logger is a setting. A lane of jobs is a schedule.
const MAY_IMPORT_ITS_OWN_FLOOR = ['telemetry/logging.module', 'jobs/job-runner'];
// The only files of the platform that a use case may import.
const PLATFORM_FOR_APPLICATION = [
  'messaging/subscribe',
  'messaging/event-history',
  'jobs/job',
  'jobs/jobs',
  'jobs/failures',
  'jobs/paged-search',
  'jobs/search-from-watermark',
  'persistence/transactions',
  'persistence/database',
  'persistence/keyset',
  'persistence/database-errors',
  'persistence/resource-version',
];
// A view is also the response of its route.
const PLATFORM_FOR_VIEWS = [...PLATFORM_FOR_APPLICATION, 'http/dry-run.view', 'http/money.view', 'http/page.view'];

const anyOf = (names) => `(${names.join('|')})`;
const context = `^libs/${anyOf(CONTEXTS)}/src`;
const PLATFORM = '^libs/platform/src';
const technology = (files, packages) => [
  '^libs/$1/src/infrastructure/',
  `${PLATFORM}/(?!${anyOf(files)}\\.ts$)`,
  `node_modules/(?!@nestjs/${anyOf(packages)}/)`,
];

/** One rule a floor that has floors below it: nothing below imports it. */
const noWayUp = FLOORS.slice(0, -1).map((floor, index) => ({
  name: `nothing-below-imports-${floor.join('-')}`,
  severity: 'error',
  from: { path: `${PLATFORM}/${anyOf(FLOORS.slice(index + 1).flat())}/` },
  to: { path: `${PLATFORM}/${anyOf(floor)}/` },
}));

/** One rule a floor with several folders: they do not import each other. */
const noWayAcross = FLOORS.filter((floor) => floor.length > 1).map((floor) => ({
  name: `no-way-between-${floor.join('-')}`,
  severity: 'error',
  from: { path: `${PLATFORM}/${anyOf(floor)}/`, pathNot: `${PLATFORM}/${anyOf(MAY_IMPORT_ITS_OWN_FLOOR)}\\.ts$` },
  to: { path: `${PLATFORM}/${anyOf(floor)}/`, pathNot: `${PLATFORM}/$1/` },
}));

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: { pathNot: '/generated/' }, to: { circular: true } },
    { name: 'contexts-meet-only-in-contracts', severity: 'error', from: { path: context }, to: { path: context, pathNot: '^libs/$1/' } },
    {
      name: 'domain-is-pure',
      severity: 'error',
      from: { path: `${context}/domain/` },
      to: { pathNot: ['^libs/$1/src/domain/', '^libs/(kernel|contracts)/', '^(node:)?crypto$'] },
    },
    {
      name: 'application-uses-no-technology',
      severity: 'error',
      from: { path: `${context}/application/`, pathNot: '\\.view\\.ts$' },
      to: { path: technology(PLATFORM_FOR_APPLICATION, ['common', 'cqrs']) },
    },
    {
      name: 'application-imports-no-builtin-but-timers',
      severity: 'error',
      from: { path: `${context}/application/` },
      to: { dependencyTypes: ['core'], pathNot: '^(node:)?timers/promises$' },
    },
    {
      name: 'views-use-no-technology-but-openapi',
      severity: 'error',
      from: { path: `${context}/application/.*\\.view\\.ts$` },
      to: { path: technology(PLATFORM_FOR_VIEWS, ['common', 'cqrs', 'swagger']) },
    },
    {
      name: 'apps-import-only-the-index-of-a-context',
      severity: 'error',
      from: { path: '^apps/' },
      to: { path: context, pathNot: '/src/index\\.ts$' },
    },
    {
      name: 'shared-code-imports-no-context',
      severity: 'error',
      from: { path: '^libs/(kernel|contracts|platform)/' },
      to: { path: [context, '^apps/'] },
    },
    {
      name: 'platform-imports-no-contracts',
      severity: 'error',
      from: { path: '^libs/platform/' },
      to: { path: '^libs/contracts/' },
    },
    ...noWayUp,
    ...noWayAcross,
    {
      name: 'contracts-import-only-the-kernel',
      severity: 'error',
      from: { path: '^libs/contracts/' },
      to: { path: ['^libs/platform/', 'node_modules/(?!@nestjs/cqrs/)'] },
    },
    {
      name: 'clients-stand-alone',
      severity: 'error',
      from: { path: '^clients/[^/]+/src/' },
      to: { pathNot: ['^clients/'] },
    },
    {
      name: 'the-system-needs-no-client',
      severity: 'error',
      from: { path: '^(apps|libs)/' },
      to: { path: '^clients/' },
    },
    {
      name: 'kernel-stands-alone',
      severity: 'error',
      from: { path: '^libs/kernel/' },
      to: { pathNot: ['^libs/kernel/', '^(node:)?(crypto)$'] },
    },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '\\.(spec|socket-spec|int-spec|e2e-spec)\\.ts$|/testing/' },
  },
};
