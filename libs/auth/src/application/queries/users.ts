import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { USER_ROLES, type UserRole } from '@app/contracts/auth.js';
import { Database } from '@app/platform/persistence/database.js';
import { type AnyOf, keyset, type Page } from '@app/platform/persistence/keyset.js';
import { normaliseEmail } from '../../domain/email.js';
import { USER_COLUMNS, type UserRow, type UserView, userView } from './user.view.js';

interface UsersFilter {
  readonly email?: string | undefined;
  /** Any of these. */
  readonly role?: readonly UserRole[] | undefined;
  readonly active?: boolean | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** Users, newest first. Throws `InvalidCursor`. */
export class Users extends Query<Page<UserView>> {
  constructor(readonly filter: UsersFilter) {
    super();
  }
}

@QueryHandler(Users)
export class UsersHandler implements IQueryHandler<Users> {
  constructor(private readonly database: Database) {}

  async execute({ filter: { email, role, active, limit, cursor } }: Users): Promise<Page<UserView>> {
    return keyset<UserRow, UserView>(this.database, {
      select: `SELECT ${USER_COLUMNS} FROM auth.users`,
      filters: [['email = ?', email === undefined ? undefined : normaliseEmail(email)]],
      anyOf: columnsOfIndex({ role, active }),
      sort: [{ column: 'id', property: 'id', type: 'uuid' }],
      direction: 'desc',
      limit,
      cursor,
      view: userView,
    });
  }
}

/** The index gives the order of the list only where both of its first columns are given. */
function columnsOfIndex({ role, active }: Pick<UsersFilter, 'role' | 'active'>): AnyOf[] {
  const isAnyRole = role === undefined || USER_ROLES.every((each) => role.includes(each));
  if (isAnyRole && active === undefined) return [];
  return [
    ['role', isAnyRole ? USER_ROLES : role],
    ['active', active === undefined ? [true, false] : [active]],
  ];
}
