/** Routes whose answer may be as old as the standby is allowed to be (decision 24). */
import { type CanActivate, type ExecutionContext, Injectable, UseGuards } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ClsService } from 'nestjs-cls';
import { READS_REPLICA } from '../persistence/replica.js';

/**
 * A guard, although it refuses no request: it runs after the guards of the application, which read rights and revoked tokens from the primary, and costs a tenth
 * of an interceptor.
 */
@Injectable()
class EverybodyReadsReplica implements CanActivate {
  constructor(private readonly cls: ClsService) {}

  canActivate(_context: ExecutionContext): boolean {
    this.cls.set(READS_REPLICA, true);
    return true;
  }
}

/** A user with a token may have changed something a moment ago, and must see it. */
@Injectable()
class AnonymousReadsReplica extends EverybodyReadsReplica {
  override canActivate(context: ExecutionContext): boolean {
    return context.switchToHttp().getRequest<FastifyRequest>().headers.authorization !== undefined || super.canActivate(context);
  }
}

export const ReadsReplica = ({ by = 'anonymous' }: { by?: 'anonymous' | 'everybody' } = {}) =>
  UseGuards(by === 'everybody' ? EverybodyReadsReplica : AnonymousReadsReplica);
