import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { type Event, EventSchema } from "../generated/tensorflow/core/util/event_pb.js";

/** The events of a TensorBoard file: TFRecords (length, its checksum, data, its checksum) of protobuf messages. */
export function encodeEvent(event: Event): Uint8Array {
  const data = toBinary(EventSchema, event);
  const record = new Uint8Array(data.length + 16);
  const view = new DataView(record.buffer);
  view.setBigUint64(0, BigInt(data.length), true);
  view.setUint32(8, maskedCrc(record.subarray(0, 8)), true);
  record.set(data, 12);
  view.setUint32(12 + data.length, maskedCrc(data), true);
  return record;
}

/** The events up to the first record that is cut off or damaged: a process that was killed leaves such a file. */
export function decodeEvents(file: Uint8Array): Event[] {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const events: Event[] = [];
  for (let at = 0; at + 16 <= file.length; ) {
    const length = Number(view.getBigUint64(at, true));
    const end = at + 12 + length;
    if (view.getUint32(at + 8, true) !== maskedCrc(file.subarray(at, at + 8)) || end + 4 > file.length) break;
    const data = file.subarray(at + 12, end);
    if (view.getUint32(end, true) !== maskedCrc(data)) break;
    events.push(fromBinary(EventSchema, data));
    at = end + 4;
  }
  return events;
}

/** The first event of every file. */
export function versionEvent(seconds: number): Event {
  return create(EventSchema, { wallTime: seconds, what: { case: "fileVersion", value: "brain.Event:2" } });
}

export function scalarEvent(seconds: number, step: number, tag: string, value: number): Event {
  return create(EventSchema, {
    wallTime: seconds,
    step: BigInt(step),
    what: {
      case: "summary",
      value: { value: [{ tag, value: { case: "simpleValue", value } }] },
    },
  });
}

/** CRC-32C (Castagnoli), rotated and shifted as TFRecords require. */
function maskedCrc(data: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of data) crc = (TABLE[(crc ^ byte) & 0xff] as number) ^ (crc >>> 8);
  crc = ~crc >>> 0;
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0x82f63b78 : 0);
  return crc >>> 0;
});
