/** The wire format of protocol buffers: numbers of varying length, and fields that a reader may leave out. */
const text = new TextDecoder();

/** How a field is written; 3 and 4 enclose groups, which ONNX does not use. */
export const WIRE = { VARINT: 0, FIXED64: 1, BYTES: 2, GROUP: 3, END: 4, FIXED32: 5 } as const;
const { VARINT, FIXED64, BYTES, GROUP, END, FIXED32 } = WIRE;

/** @throws Error (of every method) where the bytes end within a value, or are none of the format */
export class WireReader {
  #at = 0;

  constructor(readonly bytes: Uint8Array) {}

  get atEnd(): boolean {
    return this.#at >= this.bytes.length;
  }

  /** Up to 64 bits. */
  varint(): bigint {
    let result = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.#byte();
      result |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return result;
    }
    throw new Error("a number of more than 64 bits");
  }

  tag(): { field: number; wire: number } {
    const tag = this.#length();
    const field = Math.floor(tag / 8);
    if (field < 1 || field > 0x1fffffff) throw new Error(`the impossible field ${field}`);
    return { field, wire: tag % 8 };
  }

  /** The bytes of a message, a text or a list, as a view. */
  part(): Uint8Array {
    return this.#take(this.#length());
  }

  string(): string {
    return text.decode(this.part());
  }

  skip(wire: number, field: number): void {
    if (wire === VARINT) this.varint();
    else if (wire === FIXED64) this.#take(8);
    else if (wire === BYTES) this.part();
    else if (wire === FIXED32) this.#take(4);
    else if (wire === GROUP) this.#skipGroup(field);
    else throw new Error(`the wire type ${wire}`);
  }

  #skipGroup(group: number): void {
    for (;;) {
      const { field, wire } = this.tag();
      if (wire === END && field === group) return;
      this.skip(wire, field);
    }
  }

  /** Fewer than 32 bits, without big integers: there is one before every field. */
  #length(): number {
    let result = 0;
    for (let factor = 1; factor < 2 ** 35; factor *= 128) {
      const byte = this.#byte();
      result += (byte & 0x7f) * factor;
      if (byte < 0x80) return result;
    }
    throw new Error("a length of more than 32 bits");
  }

  #byte(): number {
    const byte = this.bytes[this.#at];
    if (byte === undefined) throw new Error("it ends within a number");
    this.#at += 1;
    return byte;
  }

  #take(length: number): Uint8Array {
    const end = this.#at + length;
    if (end > this.bytes.length) throw new Error("it ends within a field");
    const part = this.bytes.subarray(this.#at, end);
    this.#at = end;
    return part;
  }
}
