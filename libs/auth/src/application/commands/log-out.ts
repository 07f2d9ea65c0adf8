import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { sessionIdOf } from '../../domain/session.js';
import { Sessions } from '../../domain/sessions.js';

/** Ends the session of a refresh token, of an old one too: a client that lost the newest one logs out nevertheless. */
export class LogOut extends Command<void> {
  constructor(readonly refreshToken: string) {
    super();
  }
}

@CommandHandler(LogOut)
export class LogOutHandler implements ICommandHandler<LogOut> {
  constructor(private readonly sessions: Sessions) {}

  async execute({ refreshToken }: LogOut): Promise<void> {
    await this.sessions.change(sessionIdOf(refreshToken), (session) => session.end(new Date()));
  }
}
