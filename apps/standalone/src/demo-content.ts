/** What the page at `/` shows under `make start`: the demo accounts, and the README's walk-through with the ports of this system. */
import { readFileSync } from 'node:fs';
import type { DemoContent } from '@app/platform/operations/home-page.module.js';
import { DEMO_ADMIN, DEMO_CUSTOMER } from './demo-accounts.js';

/** `make start` runs in the folder of the repository. */
const README = 'README.md';

export function demoContent(urls: { readonly apiUrl: string; readonly stripeUrl: string }): DemoContent {
  return {
    accounts: [
      { role: 'admin', ...DEMO_ADMIN },
      { role: 'customer', ...DEMO_CUSTOMER },
    ],
    links: { '/sandbox/mails': 'mails, caught instead of sent', '/sandbox/clock': 'the clock, which can be moved' },
    walkThrough: walkThrough(readmeText(), urls),
  };
}

/** Returns the first script of the README, or null where there is none. */
export function walkThrough(readme: string, { apiUrl, stripeUrl }: { readonly apiUrl: string; readonly stripeUrl: string }): string | null {
  const script = /<!-- walk-through -->\n```sh\n([\s\S]*?)```/.exec(readme)?.[1];
  return script?.replaceAll('http://127.0.0.1:3000', apiUrl).replaceAll('http://127.0.0.1:12111', stripeUrl) ?? null;
}

function readmeText(): string {
  try {
    return readFileSync(README, 'utf8');
  } catch {
    // Started from another folder: the page shows the rest.
    return '';
  }
}
