/** Who may call a route: logged-in users by default, everybody with `@Public()`, and users with a right with `@RequiresRight('reports.read')`. */
import { SetMetadata, applyDecorators } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';

/** Where a route, or its controller, keeps who may call it. */
export const ACCESS = 'platform.access';
export type Access = 'public' | 'optional' | 'user' | { readonly right: string; readonly scope?: string };

/** Says it to the guard and to the API document in the same way: what stands at a method takes the place of what stands at its controller. */
const withAccess = (access: Access) => applyDecorators(SetMetadata(ACCESS, access), ApiExtension('x-access', access));
/** For everybody. The answer is the same for every caller, and the Authorization header is not read. */
export const Public = () => withAccess('public');
/** For everybody; the answer shows more to a logged-in user. A token that is not valid is refused: the client believes that it is logged in. */
export const OptionallyLoggedIn = () => withAccess('optional');
/**
 * For users who have this right at the moment of the request: `<what>.<act>`. Routes name the right that they need; the auth context says which
 * roles have it (`rights.ts`). A right that no role has is the admins' alone.
 */
export const RequiresRight = (right: string) => withAccess({ right });
/** As `RequiresRight`, and for machines: an API key with this scope, `<what>:<act>`, is as good as the token of a user with the right. */
export const RequiresRightOrScope = (right: string, scope: string) => withAccess({ right, scope });
/** The default, repeated for the reader. */
export const LoggedIn = () => withAccess('user');
