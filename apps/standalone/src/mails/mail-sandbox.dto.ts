/** Which caught mails are asked for. */
import { ApiProperty } from '@nestjs/swagger';
import { IsString, MaxLength } from 'class-validator';
import { MayBeLeftOut } from '@app/platform/http/may-be-left-out.js';

export class CaughtMailsRequest {
  /** Only mails to this address. */
  @MayBeLeftOut()
  @IsString()
  @MaxLength(254)
  @ApiProperty({ required: false, maxLength: 254 })
  to?: string;
}
