import { USER_ROLES, type UserRole } from '@app/contracts/auth.js';
import { PageRequest } from '@app/platform/http/page.dto.js';
import { MayBeLeftOut } from '@app/platform/http/may-be-left-out.js';
import { ValueList } from '@app/platform/http/query-list.js';
import { QueryBoolean } from '@app/platform/http/query-values.js';
import { Text } from '@app/platform/http/text.js';
import { MAX_EMAIL_CHARACTERS } from './auth.dto.js';

export class UsersRequest extends PageRequest {
  /**
   * The user with this address. Case, outer spaces and Unicode composition make no difference.
   * @example "ada@example.org"
   */
  @MayBeLeftOut()
  @Text({ max: MAX_EMAIL_CHARACTERS, optional: true })
  email?: string;

  /** Any of these roles, separated by commas. */
  @ValueList(USER_ROLES)
  role?: readonly UserRole[];

  /** Those who may log in, or those who are deactivated. */
  @QueryBoolean()
  active?: boolean;
}
