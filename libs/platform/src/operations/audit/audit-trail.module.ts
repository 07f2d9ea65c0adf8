/** The audit trail: written in every process, shown by the processes that serve HTTP. */
import { Global, Module } from '@nestjs/common';
import { AuditTrail } from '@app/kernel/audit-trail.js';
import { ActorRight } from '../../http/access/actor-right.js';
import { RequestActorRight } from '../../http/access/request-actor-right.js';
import { AdminCommands } from '../admin-commands.js';
import { AuditTrailController } from './audit-trail.controller.js';
import { PostgresAuditTrail } from './postgres-audit-trail.js';

@Global()
@Module({
  providers: [{ provide: AuditTrail, useClass: PostgresAuditTrail }, { provide: ActorRight, useClass: RequestActorRight }, AdminCommands],
  exports: [AuditTrail, AdminCommands],
})
export class AuditTrailModule {}

@Module({ controllers: [AuditTrailController] })
export class AuditTrailApi {}
