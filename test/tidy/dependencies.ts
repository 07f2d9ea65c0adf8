/** A package that nothing uses is removed. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Finding } from './rules.js';
import { ROOT, type Source } from './sources.js';

/** Needed without an import: by another package, or as a program. */
const INDIRECT: Readonly<Record<string, string>> = {
  '@nestjs/cli': 'the program `nest`',
  '@nestjs/schematics': 'nest-cli.json',
  '@types/node': 'tsconfig.json',
  'class-transformer': "Nest's ValidationPipe",
  '@redocly/cli': 'the program `redocly`',
  '@stoplight/spectral-cli': 'the program `spectral`',
  'dependency-cruiser': 'the program `depcruise`',
  node: 'every program',
  oxlint: 'the program `oxlint`',
  'oxlint-tsgolint': 'the rules of oxlint that need types',
  prettier: 'the program `prettier`',
  rxjs: 'a peer of Nest',
  'squawk-cli': 'the program `squawk`',
};

export function dependencies(sources: readonly Source[]): Finding[] {
  const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Record<
    'dependencies' | 'devDependencies',
    Record<string, string>
  >;
  const configurations = ['vitest.config.mjs', 'nest-cli.json'].map((file) => readFileSync(join(ROOT, file), 'utf8'));
  const texts = [...configurations, ...sources.filter(({ ast, path }) => ast && !path.startsWith('test/tidy/')).map(({ text }) => text)];
  const isImported = (name: string): boolean => texts.some((text) => text.includes(`'${name}'`) || text.includes(`'${name}/`));
  const isInModules = (name: string): boolean => texts.some((text) => text.includes(`node_modules/${name}/`));
  return [...Object.keys(manifest.dependencies), ...Object.keys(manifest.devDependencies)].flatMap((name) => {
    const typed = name.replace('@types/', '');
    const isUsed = name in INDIRECT || isImported(typed) || isInModules(typed);
    return isUsed ? [] : [finding(`${name} is not used: remove it, or say in INDIRECT what needs it`)];
  });
}

const finding = (message: string): Finding => ({ path: 'package.json', line: 1, message });
