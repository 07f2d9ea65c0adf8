import { ApiProperty } from '@nestjs/swagger';
import { MoneyView } from '@app/platform/http/money.view.js';

const MAX_LABEL = 8;
const MAX_QUOTED = 50;

export class SeatOfferView {
  /** Letters of the row and number of the seat. */
  @ApiProperty({ example: 'A1', maxLength: MAX_LABEL })
  label!: string;
  /** What the seat is priced as. */
  @ApiProperty({ enum: ['standard', 'premium'], enumName: 'SeatCategory', example: 'standard' })
  category!: 'standard' | 'premium';
  /**
   * Whether it is a place for a wheelchair.
   * @example false
   */
  accessible!: boolean;
  /**
   * Whether it belongs to the accessible seat beside it.
   * @example false
   */
  companion!: boolean;
  /** What the seat costs when it is held now. */
  price!: MoneyView;
}

class QuotedSeatView extends SeatOfferView {
  /**
   * Whether the seat is free.
   * @example true
   */
  available!: boolean;
}

/** Why a hold of these seats would be refused at this moment. */
export class QuoteRefusalView {
  /** The code of the problem that a hold would be answered with. */
  @ApiProperty({
    enum: [
      'reservations.no-such-seat',
      'reservations.seats-taken',
      'reservations.too-many-seats',
      'reservations.not-on-sale',
      'reservations.showtime-started',
      'reservations.showtime-cancelled',
    ],
    enumName: 'QuoteRefusalCode',
    example: 'reservations.seats-taken',
  })
  code!: string;
  /** The reason as a sentence for people. */
  @ApiProperty({ example: 'Seat A1 is taken.', maxLength: 1_000 })
  message!: string;
  /** The seats that it is about; none where it is about the showtime. */
  @ApiProperty({ type: [String], items: { type: 'string', maxLength: MAX_LABEL }, example: ['A1'], maxItems: MAX_QUOTED })
  seats!: string[];
}

export class SeatQuoteView {
  /** The showtime that the seats are of. */
  @ApiProperty({ format: 'uuid', example: '01998f1e-6c1f-7a70-9d1c-0a6d4d2a8b14' })
  showtimeId!: string;
  /** The seats that exist, by label. */
  @ApiProperty({ type: [QuotedSeatView], maxItems: MAX_QUOTED })
  seats!: QuotedSeatView[];
  /** The sum of the prices above. */
  total!: MoneyView;
  /**
   * Whether a hold of these seats is refused by nothing that is known of the showtime. The limits of one customer are not looked at.
   * @example false
   */
  canBeHeld!: boolean;
  /** All reasons why not. */
  @ApiProperty({ type: [QuoteRefusalView], maxItems: 6 })
  refusals!: QuoteRefusalView[];
}
