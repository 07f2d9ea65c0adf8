import { defineConfig } from 'vitest/config';

/** @param {string} path below the root of the repository */
const at = (path) => `${import.meta.dirname}/${path}`;

const shared = {
  globals: true,
  testTimeout: 30_000,
  hookTimeout: 30_000,
  // Suites share a process and the modules in it: loading Nest and TypeORM anew for each would be most of a run. So no suite may leave
  // anything behind; `every-suite.mjs` takes back what it replaced.
  isolate: false,
  setupFiles: [at('test/support/every-suite.mjs')],
};

const withServers = {
  ...shared,
  // More than one `until` may wait: what it waited for is said only when it ends before the test does.
  testTimeout: 60_000,
  hookTimeout: 60_000,
  globalSetup: [at('test/support/global-setup.ts')],
  setupFiles: [...shared.setupFiles, at('test/support/with-servers.ts')],
};

const PRIMARY_LOST = 'test/e2e/primary-lost.e2e-spec.ts';

const project = (name, options) => ({ extends: true, test: { name, ...options } });

export default defineConfig({
  cacheDir: at('.make/vite'),
  resolve: {
    alias: [
      { find: /^@app\/migrations$/, replacement: at('migrations/index.ts') },
      { find: /^@app\/(kernel|contracts|platform)\/(.*)\.js$/, replacement: at('libs/$1/src/$2.ts') },
      { find: /^@app\/([^/]+)$/, replacement: at('libs/$1/src/index.ts') },
    ],
  },
  test: {
    fsModuleCache: true,
    projects: [
      // What holds for the repository as a whole: dependency rules, style, files that must agree.
      project('rules', { ...shared, include: ['test/*.spec.ts'] }),
      project('unit', { ...shared, include: ['{apps,clients,libs}/**/*.spec.ts'] }),
      // These start the Stripe sandbox and listen on free ports; they need no other server.
      project('sandbox', { ...shared, include: ['apps/stripe-sandbox/**/*.socket-spec.ts'] }),
      project('integration', { ...withServers, include: ['test/integration/**/*.int-spec.ts'] }),
      project('e2e', { ...withServers, include: ['test/e2e/**/*.e2e-spec.ts'], exclude: [PRIMARY_LOST] }),
      // A cluster of a dozen servers: beside it, others would not start in time on a machine of two cores.
      project('failover', { ...withServers, include: [PRIMARY_LOST] }),
    ],
  },
});
