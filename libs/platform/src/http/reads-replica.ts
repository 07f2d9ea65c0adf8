/** Routes whose answer may be as old as the standby is allowed to be (decision 24). */
import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor, UseInterceptors } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ClsService } from 'nestjs-cls';
import { READS_REPLICA } from '../persistence/replica.js';

/** After the guards: rights and revoked tokens are read from the primary. */
@Injectable()
class EverybodyReadsReplica implements NestInterceptor {
  constructor(private readonly cls: ClsService) {}

  intercept(_context: ExecutionContext, next: CallHandler): ReturnType<CallHandler['handle']> {
    this.cls.set(READS_REPLICA, true);
    return next.handle();
  }
}

/** Who shows a token may have changed something a moment ago, and sees it. */
@Injectable()
class AnonymousReadsReplica extends EverybodyReadsReplica {
  override intercept(context: ExecutionContext, next: CallHandler): ReturnType<CallHandler['handle']> {
    if (context.switchToHttp().getRequest<FastifyRequest>().headers.authorization !== undefined) return next.handle();
    return super.intercept(context, next);
  }
}

export const ReadsReplica = ({ by = 'anonymous' }: { by?: 'anonymous' | 'everybody' } = {}) =>
  UseInterceptors(by === 'everybody' ? EverybodyReadsReplica : AnonymousReadsReplica);
