// Lets Node run the TypeScript of the repository (`node --import ./test/support/typescript.mjs …`). Node's own type stripping does not
// support decorators, path aliases and `.js` endings.
import { existsSync, readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
import { transformSync } from '@swc/core';

const ROOT = new URL('../../', import.meta.url);

const SWC_OPTIONS = {
  swcrc: false,
  module: { type: 'es6' },
  sourceMaps: 'inline',
  jsc: {
    target: 'es2023',
    keepClassNames: true,
    experimental: { keepImportAttributes: true },
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
  },
};

/** Returns the URL of the TypeScript file that the specifier names, or `undefined` for other modules. */
function sourceOf(specifier, importer) {
  const [, library, path] = /^@app\/([^/]+)(?:\/(.+)\.js)?$/.exec(specifier) ?? [];
  if (library === 'migrations') return new URL('migrations/index.ts', ROOT);
  if (library) return new URL(`libs/${library}/src/${path ?? 'index'}.ts`, ROOT);
  if (/^\.{1,2}\/.*\.js$/.test(specifier)) return new URL(specifier.replace(/\.js$/, '.ts'), importer);
  return undefined;
}

registerHooks({
  resolve(specifier, context, next) {
    const source = sourceOf(specifier, context.parentURL);
    return source && existsSync(source) ? { url: source.href, format: 'module', shortCircuit: true } : next(specifier, context);
  },
  load(url, context, next) {
    if (!url.startsWith('file:') || !url.endsWith('.ts')) return next(url, context);
    const filename = fileURLToPath(url);
    const { code } = transformSync(readFileSync(filename, 'utf8'), { ...SWC_OPTIONS, filename });
    return { format: 'module', source: code, shortCircuit: true };
  },
});
