/** `make openapi-release`: what docs/openapi.json describes is from now on what a change is compared with. */
import { readFileSync, writeFileSync } from 'node:fs';
import { surfaceOf } from './surface.js';

const document = JSON.parse(readFileSync('docs/openapi.json', 'utf8')) as object;
writeFileSync('docs/openapi-released.json', `${JSON.stringify(surfaceOf(document))}\n`);
writeFileSync('docs/api-changes.json', '{}\n');
