import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { MailToken, type MailTokenView } from '@app/contracts/auth.js';
import { Clock } from '@app/kernel/clock.js';
import { Database } from '@app/platform/persistence/database.js';
import { DerivedTokens } from '../../domain/derived-tokens.js';

@QueryHandler(MailToken)
export class MailTokenHandler implements IQueryHandler<MailToken> {
  constructor(
    private readonly database: Database,
    private readonly tokens: DerivedTokens,
    private readonly clock: Clock,
  ) {}

  async execute({ requestId }: MailToken): Promise<MailTokenView | null> {
    const [row] = await this.database.query<{ expiresAt: Date }>(
      `SELECT verification_expires_at AS expires_at FROM auth.users WHERE verification_id = $1 AND active
       UNION ALL SELECT reset_expires_at FROM auth.users WHERE reset_id = $1 AND active`,
      [requestId],
    );
    if (row === undefined || row.expiresAt <= this.clock.now()) return null;
    return { token: this.tokens.mailToken(requestId), expiresAt: row.expiresAt.toISOString() };
  }
}
