import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { AdminCommand } from '@app/kernel/audit-trail.js';
import { Sessions } from '../../domain/sessions.js';

/** An operator ends every session, as after a restore: each user logs in again. Access tokens live on to their end. Resolves to how many it ended. */
export class EndSessions extends Command<number> implements AdminCommand<number> {
  readonly adminId = null;

  auditEntry(count: number) {
    return { action: 'auth.end-sessions', subject: 'sessions', details: { count } };
  }
}

@CommandHandler(EndSessions)
export class EndSessionsHandler implements ICommandHandler<EndSessions> {
  constructor(private readonly sessions: Sessions) {}

  async execute(): Promise<number> {
    return this.sessions.removeOfEverybody();
  }
}
