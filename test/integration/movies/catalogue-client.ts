/** A system without a worker, and an admin who fills its catalogue over HTTP. */
import { randomUUID } from 'node:crypto';
import type { HttpResponse, Json, RequestOptions } from '../../support/http-client.js';
import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';

export class CatalogueClient {
  private constructor(readonly system: InProcessSystem) {}

  static async start(): Promise<CatalogueClient> {
    return new CatalogueClient(await startInProcessSystem({ worker: false, longLockWaits: true }));
  }

  close(): Promise<void> {
    return this.system.close();
  }

  async asAdmin(method: string, path: string, body?: unknown, headers: RequestOptions['headers'] = {}): Promise<HttpResponse> {
    return this.system.call(method, path, { token: await this.system.adminToken(), body, headers });
  }

  async addGenre(name = `Genre ${randomUUID()}`): Promise<Json> {
    return this.system.expectOk('POST', '/genres', { token: await this.system.adminToken(), body: { name } });
  }

  async addMovie(own: Record<string, unknown> = {}): Promise<Json> {
    return this.system.expectOk('POST', '/movies', { token: await this.system.adminToken(), body: movieRequest(own) });
  }

  /** Actions and details of the audit entries on this subject, oldest first. */
  async auditOf(subject: string): Promise<{ action: string; details: Json }[]> {
    const { body } = await this.asAdmin('GET', `/admin/audit-trail?subject=${subject}`);
    return (body.data as Json[]).map(({ action, details }) => ({ action, details })).reverse();
  }
}

export function movieRequest(own: Record<string, unknown> = {}): Record<string, unknown> {
  return { title: `Movie ${randomUUID()}`, description: 'About waiting.', runtimeMinutes: 100, ...own };
}

export function titlesOf({ body }: { body: Json }): string[] {
  return (body.data as { title: string }[]).map(({ title }) => title);
}
