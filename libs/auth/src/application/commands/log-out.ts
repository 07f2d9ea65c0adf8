import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { DerivedTokens } from '../../domain/derived-tokens.js';
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
  constructor(
    private readonly sessions: Sessions,
    private readonly tokens: DerivedTokens,
  ) {}

  async execute({ refreshToken: token }: LogOut): Promise<void> {
    const isGenuine = this.tokens.isRefreshToken(token);
    await this.sessions.change(sessionIdOf(token), (session) => session.logOut({ token, isGenuine, now: new Date() }));
  }
}
