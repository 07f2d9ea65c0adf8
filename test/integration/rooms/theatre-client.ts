/** A system without a worker, and an admin who opens theatres and rooms over HTTP. */
import { randomUUID } from 'node:crypto';
import type { HttpResponse, Json } from '../../support/http-client.js';
import { type InProcessSystem, startInProcessSystem } from '../../support/in-process-system.js';

export class TheatreClient {
  private constructor(
    readonly system: InProcessSystem,
    readonly token: string,
    readonly theatre: Json,
  ) {}

  static async start(): Promise<TheatreClient> {
    const system = await startInProcessSystem({ worker: false });
    const token = await system.adminToken();
    const { body: theatre } = await system.post('/theatres', theatreRequest(), { token });
    return new TheatreClient(system, token, theatre);
  }

  close(): Promise<void> {
    return this.system.close();
  }

  openTheatre(own: Json = {}): Promise<HttpResponse> {
    return this.system.post('/theatres', theatreRequest(own), { token: this.token });
  }

  /** Six standard seats in two rows unless told otherwise. */
  openRoom(own: Json = {}, theatreId: string = this.theatre.id): Promise<HttpResponse> {
    const body = { name: `Room ${randomUUID()}`, seatPlan: { rows: 2, seatsPerRow: 3 }, ...own };
    return this.system.post(`/theatres/${theatreId}/rooms`, body, { token: this.token });
  }

  layOut(roomId: string, plan: unknown): Promise<HttpResponse> {
    return this.system.put(`/rooms/${roomId}/seat-plan`, plan, { token: this.token });
  }

  /** Actions and details of the audit entries on this subject, oldest first. */
  async auditOf(subject: string): Promise<{ action: string; details: Json }[]> {
    const { body } = await this.system.get(`/admin/audit-trail?subject=${subject}`, { token: this.token });
    return (body.data as Json[]).map(({ action, details }) => ({ action, details })).reverse();
  }
}

export function theatreRequest(own: Json = {}): Json {
  return { name: `Theatre ${randomUUID()}`, timeZone: 'Europe/Berlin', currency: 'EUR', ...own };
}
