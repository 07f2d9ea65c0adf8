import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { withoutLogo } from './redoc-page.js';

const BUNDLE = readFileSync(createRequire(import.meta.url).resolve('redoc/bundles/redoc.standalone.js'), 'utf8');

describe('The bundle of ReDoc', () => {
  it('nothing is loaded from another server', () => {
    // A link that a reader may follow is no request.
    const loads = /(?:src:|fetch\(|importScripts\(|url\()\s*["'`]?https?:[^"'`)]*/g;
    expect(BUNDLE.match(loads)).toEqual(['src:"https://cdn.redoc.ly/redoc/logo-mini.svg']);
    expect(withoutLogo(BUNDLE).match(loads)).toBeNull();
    expect(withoutLogo(BUNDLE)).not.toContain('cdn.');
  });

  it('a bundle that loads its logo from elsewhere is refused', () => {
    expect(() => withoutLogo('src:"https://other.example/logo.svg"')).toThrow('ReDoc has changed');
  });
});
