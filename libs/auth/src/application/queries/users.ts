import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { Database } from '@app/platform/persistence/database.js';
import { keyset, type Page } from '@app/platform/persistence/keyset.js';
import { USER_COLUMNS, type UserRow, type UserView, userView } from './user.view.js';

/** Users, newest first. Throws `InvalidCursor`. */
export class Users extends Query<Page<UserView>> {
  constructor(readonly filter: { readonly limit: number; readonly cursor?: string | undefined }) {
    super();
  }
}

@QueryHandler(Users)
export class UsersHandler implements IQueryHandler<Users> {
  constructor(private readonly database: Database) {}

  async execute({ filter: { limit, cursor } }: Users): Promise<Page<UserView>> {
    return keyset<UserRow, UserView>(this.database, {
      select: `SELECT ${USER_COLUMNS} FROM auth.users`,
      filters: [],
      sort: [{ column: 'id', property: 'id', type: 'uuid' }],
      direction: 'desc',
      limit,
      cursor,
      view: userView,
    });
  }
}
