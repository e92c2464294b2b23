/**
 * The little of zip that npz needs, read strictly: sizes are checked against a limit before anything is unpacked, and
 * every member against its CRC, which fflate's reader leaves out.
 */
import { crc32, inflateRawSync } from "node:zlib";
import { CongruentError, messageOf } from "@congruent/core";
import { type Zippable, zipSync } from "fflate";

const END = 0x06054b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
const END_SIZE = 22;
const LONGEST_COMMENT = 0xffff;

export interface ReadZipOptions {
  /** Most bytes that all members together may unpack to. */
  limit: number;
  /** What the file is called in an error. */
  name: string;
}

/** Members by name, in the file's order. @throws CongruentError `E_ZIP`, `E_ZIP_BOMB`, `E_ZIP_CRC`. */
export function readZip(bytes: Uint8Array, options: ReadZipOptions): Map<string, Uint8Array> {
  const { limit, name } = options;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = findEnd(view, name);
  const count = view.getUint16(end + 10, true);
  let at = view.getUint32(end + 16, true);
  let left = limit;
  const members = new Map<string, Uint8Array>();
  for (let i = 0; i < count; i++) {
    need(view, at, 46, CENTRAL, name);
    const method = view.getUint16(at + 10, true);
    const crc = view.getUint32(at + 16, true);
    const packed = view.getUint32(at + 20, true);
    const size = view.getUint32(at + 24, true);
    const nameLength = view.getUint16(at + 28, true);
    const extras = view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
    const member = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameLength));
    const local = view.getUint32(at + 42, true);
    at += 46 + nameLength + extras;
    if (packed === 0xffffffff || size === 0xffffffff || local === 0xffffffff) {
      throw broken(name, `${member} is 4 GiB or more, which is not supported`);
    }
    left -= size;
    if (left < 0) {
      throw new CongruentError({
        code: "E_ZIP_BOMB",
        what: `${name} unpacks to more than ${limit} bytes (at its member ${member})`,
        expected: `at most ${limit} bytes`,
        fix: "use a smaller file, or raise the limit if you trust this one",
      });
    }
    need(view, local, 30, LOCAL, name);
    const start = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
    if (start + packed > bytes.length) throw broken(name, `${member} is cut off`);
    if (members.has(member)) throw broken(name, `${member} is in it twice`);
    const content = unpack(bytes.subarray(start, start + packed), method, size, `${member} in ${name}`);
    if (crc32(content) !== crc) {
      throw new CongruentError({
        code: "E_ZIP_CRC",
        what: `${member} in ${name} is damaged: its checksum is wrong`,
        fix: "write or get the file again",
      });
    }
    members.set(member, content);
  }
  return members;
}

/** A zip file whose bytes depend on nothing but the members (no clock in it). */
export function writeZip(members: Record<string, Uint8Array>, compress: boolean): Uint8Array {
  // Not a plain object: a member may be called __proto__.
  const files: Zippable = Object.assign(Object.create(null), members);
  return zipSync(files, { level: compress ? 6 : 0, mtime: new Date(1980, 0, 1) });
}

function unpack(packed: Uint8Array, method: number, size: number, name: string): Uint8Array {
  if (method === 0) {
    if (packed.length !== size) throw broken(name, "its two sizes differ");
    return packed;
  }
  if (method !== 8) throw broken(name, `compression method ${method} is not supported`);
  let content: Uint8Array;
  try {
    // One byte more than claimed, so that a longer stream shows.
    content = inflateRawSync(packed, { maxOutputLength: size + 1 });
  } catch (error) {
    throw broken(name, messageOf(error), error);
  }
  if (content.length !== size)
    throw broken(name, `it unpacks to another size than the ${size} bytes it claims`);
  return content;
}

/** The end record is the last thing in the file, but for a comment. */
function findEnd(view: DataView, name: string): number {
  const first = Math.max(0, view.byteLength - END_SIZE - LONGEST_COMMENT);
  for (let at = view.byteLength - END_SIZE; at >= first; at--) {
    if (view.getUint32(at, true) === END) return at;
  }
  throw broken(name, "the end of its directory is missing");
}

function need(view: DataView, at: number, size: number, signature: number, name: string): void {
  if (at + size > view.byteLength || view.getUint32(at, true) !== signature) {
    throw broken(name, "its directory points to a place where nothing of the kind is");
  }
}

function broken(name: string, why: string, cause?: unknown): CongruentError {
  return new CongruentError({
    code: "E_ZIP",
    what: `${name} is not a whole zip file: ${why}`,
    expected: "a zip archive as numpy.savez writes it",
    fix: "write or get the file again",
    cause,
  });
}
