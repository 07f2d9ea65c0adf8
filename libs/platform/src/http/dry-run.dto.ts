/** `?dryRun=true`: the answer says what the request would do, and nothing is done. */
import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsIn } from 'class-validator';
import { MayBeLeftOut } from './may-be-left-out.js';

export class DryRunRequest {
  /** True: the answer says what the request would do, and nothing is done. */
  @ApiProperty({ required: false, default: false })
  @MayBeLeftOut()
  @Transform(({ value }: { value: unknown }) => (value === 'true' ? true : value === 'false' ? false : value))
  @IsIn([true, false], { message: 'must be true or false' })
  dryRun: boolean = false;
}
