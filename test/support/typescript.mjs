// Lets Node run the repository's TypeScript as it stands (`node --import ./test/support/typescript.mjs …`), with the decorators,
// aliases and `.js` endings that Node's own type stripping does not know. Jest loads its global set-up through it.
import { existsSync, readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
import { transformSync } from '@swc/core';

const root = new URL('../../', import.meta.url);

const options = {
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

function sourceOf(specifier, importer) {
  const [, library, inside] = /^@app\/([^/]+)(?:\/(.+)\.js)?$/.exec(specifier) ?? [];
  if (library === 'migrations') return new URL('migrations/index.ts', root);
  if (library) return new URL(`libs/${library}/src/${inside ?? 'index'}.ts`, root);
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
    const { code } = transformSync(readFileSync(filename, 'utf8'), { ...options, filename });
    return { format: 'module', source: code, shortCircuit: true };
  },
});
