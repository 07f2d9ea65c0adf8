/** `/healthz`: the process answers. `/readyz`: the process can serve. */
import { Controller, Get, Header, HttpCode, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Public } from '../../http/access/route-access.js';
import { Readiness } from './readiness.js';

@ApiExcludeController()
@Public()
@Controller()
export class HealthController {
  constructor(private readonly readiness: Readiness) {}

  /** Checks nothing: a process whose database is away must not be restarted for it. */
  @Get('healthz')
  alive(): { status: string } {
    return { status: 'alive' };
  }

  @Get('readyz')
  @Header('Cache-Control', 'no-store')
  @HttpCode(200)
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<{ status: string; checks: Readonly<Record<string, string>> }> {
    const { ready, checks } = await this.readiness.report();
    if (!ready) void reply.status(503);
    return { status: ready ? 'ready' : 'not ready', checks };
  }
}
