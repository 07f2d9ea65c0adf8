import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { Database } from '@app/platform/persistence/database.js';
import { USER_COLUMNS, type UserRow, type UserView, userViewOfRow } from './user-view.js';

/** Accounts, newest first; at most `limit` and one more, which tells whether there are others behind it. */
export class AllUsers extends Query<UserView[]> {
  constructor(
    readonly limit: number,
    /** Exclusive position to go on from. */
    readonly beforeId: string | null,
  ) {
    super();
  }
}

@QueryHandler(AllUsers)
export class AllUsersHandler implements IQueryHandler<AllUsers> {
  constructor(private readonly database: Database) {}

  async execute({ limit, beforeId }: AllUsers): Promise<UserView[]> {
    const rows = await this.database.query<UserRow>(
      `SELECT ${USER_COLUMNS} FROM auth.users WHERE $2::uuid IS NULL OR id < $2 ORDER BY id DESC LIMIT $1`,
      [limit + 1, beforeId],
    );
    return rows.map(userViewOfRow);
  }
}
