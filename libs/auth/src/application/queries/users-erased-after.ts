import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { type ErasedUserView, UsersErasedAfter } from '@app/contracts/auth.js';
import { Database } from '@app/platform/persistence/database.js';

@QueryHandler(UsersErasedAfter)
export class UsersErasedAfterHandler implements IQueryHandler<UsersErasedAfter> {
  constructor(private readonly database: Database) {}

  async execute({ after, limit }: UsersErasedAfter): Promise<ErasedUserView[]> {
    const rows = await this.database.query<{ userId: string; erasedAt: Date }>(
      `SELECT user_id, erased_at FROM auth.erased_users WHERE (erased_at, user_id) > ($1::timestamptz, $2::uuid)
       ORDER BY erased_at, user_id LIMIT $3`,
      [after.erasedAt, after.userId, limit],
    );
    return rows.map(({ userId, erasedAt }) => ({ userId, erasedAt: erasedAt.toISOString() }));
  }
}
