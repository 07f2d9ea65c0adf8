/** What a subscriber and RabbitMQ say to each other (AMQP 0-9-1), as far as it shows what becomes of a message. */

export type FrameContent =
  | { readonly kind: 'consume'; readonly queue: string; readonly acknowledges: boolean }
  | { readonly kind: 'prefetch'; readonly count: number }
  | { readonly kind: 'delivery'; readonly tag: number }
  | { readonly kind: 'body'; readonly part: Buffer }
  | { readonly kind: 'ack'; readonly tag: number; readonly isMultiple: boolean }
  | { readonly kind: 'refusal'; readonly tag: number; readonly isMultiple: boolean; readonly requeues: boolean }
  | { readonly kind: 'close' };

/** "AMQP" and the version, before the first frame of a client. */
const PROTOCOL_HEADER_BYTES = 8;
const FRAME_HEADER_BYTES = 7;
const FRAME_END_BYTES = 1;
const METHOD_FRAME = 1;
const BODY_FRAME = 3;
/** Class and method, and the shortest strings that a delivery begins with. */
const METHOD_ID_BYTES = 4;

/** Class and method as one number. */
const method = (classId: number, methodId: number): number => classId * 0x1_0000 + methodId;
const tagAt = (payload: Buffer, offset: number): number => Number(payload.readBigUInt64BE(offset));
const bitsAfterTag = (payload: Buffer): number => payload.readUInt8(METHOD_ID_BYTES + 8);

const METHODS: Readonly<Record<number, (payload: Buffer) => FrameContent>> = {
  [method(10, 50)]: () => ({ kind: 'close' }),
  [method(20, 40)]: () => ({ kind: 'close' }),
  [method(60, 10)]: (payload) => ({ kind: 'prefetch', count: payload.readUInt16BE(METHOD_ID_BYTES + 4) }),
  [method(60, 20)]: (payload) => {
    // After a reserved number: the queue, the consumer's tag, and bits: no-local, no-ack.
    const queue = shortString(payload, METHOD_ID_BYTES + 2);
    const tag = shortString(payload, queue.end);
    return { kind: 'consume', queue: queue.text, acknowledges: (payload.readUInt8(tag.end) & 2) === 0 };
  },
  [method(60, 60)]: (payload) => ({ kind: 'delivery', tag: tagAt(payload, shortString(payload, METHOD_ID_BYTES).end) }),
  [method(60, 71)]: (payload) => ({ kind: 'delivery', tag: tagAt(payload, METHOD_ID_BYTES) }),
  [method(60, 80)]: (payload) => ({ kind: 'ack', tag: tagAt(payload, METHOD_ID_BYTES), isMultiple: (bitsAfterTag(payload) & 1) !== 0 }),
  [method(60, 90)]: (payload) => ({
    kind: 'refusal',
    tag: tagAt(payload, METHOD_ID_BYTES),
    isMultiple: false,
    requeues: (bitsAfterTag(payload) & 1) !== 0,
  }),
  [method(60, 120)]: (payload) => ({
    kind: 'refusal',
    tag: tagAt(payload, METHOD_ID_BYTES),
    isMultiple: (bitsAfterTag(payload) & 1) !== 0,
    requeues: (bitsAfterTag(payload) & 2) !== 0,
  }),
};

/** Reads one direction of a connection, whose bytes come in parts of any length. */
export class FrameReader {
  #rest = Buffer.alloc(0);
  #skipped: number;

  constructor(side: 'subscriber' | 'rabbitmq') {
    this.#skipped = side === 'subscriber' ? PROTOCOL_HEADER_BYTES : 0;
  }

  read(bytes: Buffer): { readonly channel: number; readonly content: FrameContent }[] {
    this.#rest = Buffer.concat([this.#rest, bytes]);
    const all: { channel: number; content: FrameContent }[] = [];
    if (this.#rest.length < this.#skipped) return all;
    this.#rest = this.#rest.subarray(this.#skipped);
    this.#skipped = 0;
    while (this.#rest.length >= FRAME_HEADER_BYTES) {
      const end = FRAME_HEADER_BYTES + this.#rest.readUInt32BE(3);
      if (this.#rest.length < end + FRAME_END_BYTES) break;
      const [type, channel] = [this.#rest.readUInt8(0), this.#rest.readUInt16BE(1)];
      const payload = this.#rest.subarray(FRAME_HEADER_BYTES, end);
      this.#rest = this.#rest.subarray(end + FRAME_END_BYTES);
      if (type === BODY_FRAME) all.push({ channel, content: { kind: 'body', part: payload } });
      const content = type === METHOD_FRAME ? METHODS[payload.readUInt32BE(0)]?.(payload) : undefined;
      if (content !== undefined) all.push({ channel, content });
    }
    return all;
  }
}

function shortString(payload: Buffer, offset: number): { readonly text: string; readonly end: number } {
  const start = offset + 1;
  const end = start + payload.readUInt8(offset);
  return { text: payload.toString('utf8', start, end), end };
}
