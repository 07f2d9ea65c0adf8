import { ApiProperty } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayNotEmpty, IsArray, IsBoolean, IsIn, IsInt, IsString, Max, MaxLength, Min, MinLength } from 'class-validator';
import { MayBeLeftOut } from '@app/platform/http/may-be-left-out.js';
import { ArrayUnique } from '@app/platform/http/array-unique.js';

const MAX_LABEL = 8;
/** More than a reservation can have, so that a refusal can name its limit. */
const MAX_QUOTED = 50;
const MAX_SEATS = 10;

export class SeatQuoteRequest {
  /** Labels of seats, each once. */
  @ApiProperty({
    type: [String],
    items: { type: 'string', minLength: 1, maxLength: MAX_LABEL },
    minItems: 1,
    maxItems: MAX_QUOTED,
    uniqueItems: true,
    example: ['A1', 'A2'],
  })
  @IsArray()
  @ArrayNotEmpty()
  @ArrayMaxSize(MAX_QUOTED)
  @ArrayUnique()
  @IsString({ each: true })
  @MinLength(1, { each: true })
  @MaxLength(MAX_LABEL, { each: true })
  seats!: string[];
}

export class BestSeatsRequest {
  /** How many seats. */
  @ApiProperty({ minimum: 1, maximum: MAX_SEATS, example: 2 })
  @IsInt()
  @Min(1)
  @Max(MAX_SEATS)
  count!: number;

  /** Seats of this category only. Any when left out. */
  @ApiProperty({ required: false, enum: ['standard', 'premium'], enumName: 'SeatCategory', example: 'standard' })
  @MayBeLeftOut()
  @IsIn(['standard', 'premium'])
  category?: 'standard' | 'premium';

  /** Whether one of the seats must be a place for a wheelchair. A companion seat beside it is preferred. */
  @ApiProperty({ required: false, default: false, example: false })
  @MayBeLeftOut()
  @IsBoolean()
  accessible?: boolean;
}
