/** Which caught mails are asked for. */
import { ApiProperty } from '@nestjs/swagger';
import { IsOptional, IsString, MaxLength } from 'class-validator';

export class CaughtMailsRequest {
  /** Only mails to this address. */
  @IsOptional()
  @IsString()
  @MaxLength(254)
  @ApiProperty({ required: false, maxLength: 254 })
  to?: string;
}
