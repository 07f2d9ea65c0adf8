const swc = [
  '@swc/jest',
  {
    module: { type: 'es6' },
    sourceMaps: 'inline',
    jsc: {
      target: 'es2023',
      keepClassNames: true,
      experimental: { keepImportAttributes: true },
      parser: { syntax: 'typescript', decorators: true, dynamicImport: true },
      transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
    },
  },
];

const shared = {
  cacheDirectory: '<rootDir>/.make/jest',
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  // The build copies package.json, whose name would be there twice.
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
  transform: { '^.+\\.ts$': swc },
  setupFiles: ['<rootDir>/test/support/nest-first.mjs'],
  moduleNameMapper: {
    '^@app/migrations$': '<rootDir>/migrations/index.ts',
    '^@app/(kernel|contracts|platform)/(.*)\\.js$': '<rootDir>/libs/$1/src/$2.ts',
    '^@app/([^/]+)$': '<rootDir>/libs/$1/src/index.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
};

const withServers = {
  ...shared,
  testEnvironment: '<rootDir>/test/support/environment.mjs',
  globalSetup: '<rootDir>/test/support/global-setup.mjs',
  globalTeardown: '<rootDir>/test/support/global-teardown.mjs',
};

export default {
  testTimeout: 30_000,
  projects: [
    // What holds for the repository as a whole: dependency rules, style, files that must agree.
    { ...shared, displayName: 'rules', testMatch: ['<rootDir>/test/*.spec.ts'] },
    { ...shared, displayName: 'unit', testMatch: ['<rootDir>/{apps,clients,libs}/**/*.spec.ts'] },
    // These start the Stripe sandbox and listen on free ports; they need no other server.
    { ...shared, displayName: 'sandbox', testMatch: ['<rootDir>/apps/stripe-sandbox/**/*.socket-spec.ts'] },
    { ...withServers, displayName: 'integration', testMatch: ['<rootDir>/test/integration/**/*.int-spec.ts'] },
    { ...withServers, displayName: 'e2e', testMatch: ['<rootDir>/test/e2e/**/*.e2e-spec.ts'] },
  ],
};
