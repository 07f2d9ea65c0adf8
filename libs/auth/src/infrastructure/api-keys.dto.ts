import { ApiProperty } from '@nestjs/swagger';
import { ArrayNotEmpty, IsArray, IsIn } from 'class-validator';
import { MayBeLeftOut } from '@app/platform/http/may-be-left-out.js';
import { IsOffsetTime } from '@app/platform/http/offset-time.js';
import { PageRequest } from '@app/platform/http/page.dto.js';
import { Text } from '@app/platform/http/text.js';
import { ArrayUnique } from '@app/platform/http/array-unique.js';
import { SCOPES, type Scope } from '../domain/api-key.js';

const MAX_CLIENT_CHARACTERS = 100;

export class CreateApiKeyRequest {
  /**
   * The machine that gets the key, by a name that admins recognise. Its keys have the same name.
   * @example "Ticket wall"
   */
  @Text({ max: MAX_CLIENT_CHARACTERS, form: 'one-line' })
  client!: string;

  /**
   * What the key is good for.
   * @example ["events:read"]
   */
  @ApiProperty({ enum: SCOPES, enumName: 'ApiKeyScope', isArray: true, minItems: 1, maxItems: SCOPES.length, uniqueItems: true })
  @IsArray()
  @ArrayNotEmpty()
  @ArrayUnique()
  @IsIn(SCOPES, { each: true })
  scopes!: Scope[];

  /** From then on the key is refused. Left out: it never expires. */
  @MayBeLeftOut()
  @IsOffsetTime()
  @ApiProperty({ format: 'date-time', maxLength: 64 })
  expiresAt?: string;
}

export class ApiKeysRequest extends PageRequest {
  /** Only the keys of this client. */
  @MayBeLeftOut()
  @Text({ max: MAX_CLIENT_CHARACTERS, form: 'one-line', optional: true })
  client?: string;
}
