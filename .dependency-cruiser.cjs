const context = '^libs/(auth|movies|rooms|showtimes|reservations|payments|reports)/src';
module.exports = {
  forbidden: [
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'contexts-meet-only-in-contracts', severity: 'error', from: { path: context }, to: { path: context, pathNot: '^libs/$1/' } },
    {
      name: 'domain-is-pure',
      severity: 'error',
      from: { path: `${context}/domain/` },
      to: { pathNot: ['^libs/$1/src/domain/', '^libs/(kernel|contracts)/', '^(node:)?crypto$'] },
    },
    {
      name: 'application-knows-no-technology',
      severity: 'error',
      from: { path: `${context}/application/` },
      to: {
        path: [
          '^libs/$1/src/infrastructure/',
          '^libs/platform/src/(?!messaging/subscribe\\.|persistence/database\\.)',
          'node_modules/(?!@nestjs/(common|cqrs)/)',
        ],
      },
    },
    { name: 'apps-use-the-front-door', severity: 'error', from: { path: '^apps/' }, to: { path: context, pathNot: '/src/index\\.ts$' } },
    {
      name: 'foundations-know-no-context',
      severity: 'error',
      from: { path: '^libs/(kernel|contracts|platform)/' },
      to: { path: [context, '^apps/'] },
    },
    {
      name: 'contracts-know-only-the-kernel',
      severity: 'error',
      from: { path: '^libs/contracts/' },
      to: { path: ['^libs/platform/', 'node_modules/(?!@nestjs/cqrs/)'] },
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
