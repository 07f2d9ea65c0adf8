import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { DerivedTokens } from '../../domain/derived-tokens.js';
import { sessionIdOf } from '../../domain/session.js';
import { Sessions } from '../../domain/sessions.js';
import { Users } from '../../domain/users.js';
import { AuthSettings } from '../../auth.settings.js';
import type { LoggedInUser } from './log-in.js';

/** Gives the next refresh token. Null for an unknown, an old or an expired one, and for a deactivated user; an old one ends its session, an invented one does not. */
export class RefreshSession extends Command<LoggedInUser | null> {
  constructor(readonly refreshToken: string) {
    super();
  }
}

/** What the decision changed is committed also when the answer is null: the end of a session must stay. */
@CommandHandler(RefreshSession)
export class RefreshSessionHandler implements ICommandHandler<RefreshSession> {
  constructor(
    private readonly sessions: Sessions,
    private readonly users: Users,
    private readonly tokens: DerivedTokens,
    private readonly settings: AuthSettings,
  ) {}

  async execute({ refreshToken: token }: RefreshSession): Promise<LoggedInUser | null> {
    const [successors, isGenuine] = [this.tokens.successorsOf(token), this.tokens.isRefreshToken(token)];
    const { sessionLifetimes: lifetimes } = this.settings;
    const refreshed = await this.sessions.change(sessionIdOf(token), (session) => ({
      refreshToken: session.refresh({ token, isGenuine, successors, lifetimes, now: new Date() }),
      ...session.state,
    }));
    if (refreshed === null || refreshed.refreshToken === null) return null;
    const user = await this.users.withId(refreshed.userId);
    if (user === null || !user.state.active) return null;
    return { userId: user.id, role: user.state.role, sessionId: refreshed.id, refreshToken: refreshed.refreshToken };
  }
}
