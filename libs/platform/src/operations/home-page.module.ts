/** `GET /`: a small page that needs no network: which build this is, whether it can serve, and where its documents are. */
import { Controller, type DynamicModule, Get, Header, Module } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Public } from '../http/access/route-access.js';
import { HTML_POLICY, escapeHtml, page } from '../http/document/html.js';
import { Readiness, type ReadinessReport } from './health/readiness.js';

/** What the app says of itself. */
export abstract class HomePageContent {
  abstract readonly name: string;
  abstract readonly version: string;
  /** Only where the system is tried out: there every password is public. */
  abstract readonly demo: DemoContent | null;
}

export interface DemoContent {
  readonly accounts: readonly { readonly role: string; readonly email: string; readonly password: string }[];
  /** Other pages of the demo. */
  readonly links: Readonly<Record<string, string>>;
  /** A shell script that books a seat; null where there is none. */
  readonly walkThrough: string | null;
}

const DOCUMENTS: Readonly<Record<string, string>> = {
  '/docs': 'every route, to read and to try out (Swagger UI)',
  '/redoc': 'every route, to read (ReDoc)',
  '/docs/openapi.json': 'the OpenAPI document, for programs',
  '/docs/events': 'every event that is published, for subscribers',
  '/docs/events/asyncapi.json': 'the AsyncAPI document of the events, for programs',
  '/problems': 'what each refusal means',
  '/readyz': 'readiness, for load balancers',
};

@ApiExcludeController()
@Public()
@Controller()
class HomePageController {
  constructor(
    private readonly content: HomePageContent,
    private readonly readiness: Readiness,
  ) {}

  @Get()
  @Header('Content-Type', 'text/html; charset=utf-8')
  @Header('Content-Security-Policy', HTML_POLICY)
  @Header('Cache-Control', 'no-store')
  async show(): Promise<string> {
    return homePage(this.content, await this.readiness.report());
  }
}

/** `HomePageContent` is public, so nothing of it is a secret. */
@Module({})
export class HomePageModule {
  static for(content: HomePageContent): DynamicModule {
    return { module: HomePageModule, controllers: [HomePageController], providers: [{ provide: HomePageContent, useValue: content }] };
  }
}

export function homePage({ name, version, demo }: HomePageContent, { ready, checks }: ReadinessReport): string {
  const states = Object.entries(checks).map(([check, state]) => `${check}: ${state}`);
  return page(
    name,
    [
      `<p>Version ${escapeHtml(version)}. ${ready ? 'Ready' : '<strong>Not ready</strong>'} (${escapeHtml(states.join(', '))}).</p>`,
      `<h2>Documents</h2>${linkTable(DOCUMENTS)}`,
      ...(demo === null ? [] : demoParts(demo)),
    ].join('\n'),
  );
}

function demoParts({ accounts, links, walkThrough }: DemoContent): string[] {
  const rows = accounts.map((account) =>
    [account.role, account.email, account.password].map((text) => `<td>${escapeHtml(text)}</td>`).join(''),
  );
  return [
    `<h2>Demo accounts</h2><table>${rows.map((row) => `<tr>${row}</tr>`).join('')}</table>`,
    `<h2>Also here</h2>${linkTable(links)}`,
    walkThrough === null ? '' : `<h2>Book, pay, cancel</h2><p>Paste this into a terminal.</p><pre>${escapeHtml(walkThrough)}</pre>`,
  ];
}

function linkTable(links: Readonly<Record<string, string>>): string {
  const rows = Object.entries(links).map(
    ([href, text]) => `<tr><td><a href="${escapeHtml(href)}">${escapeHtml(href)}</a></td><td>${escapeHtml(text)}</td></tr>`,
  );
  return `<table>${rows.join('')}</table>`;
}
