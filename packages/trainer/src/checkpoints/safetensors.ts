import { CongruentError } from "@congruent/core";
import { sha256 } from "@congruent/core/files";
import type { StateTensor } from "../engines/engine.js";

const EMPTY_SUM = "0".repeat(64);

/**
 * float32 tensors and a text as one file in the safetensors format (huggingface/safetensors): the length of the
 * header as uint64, the header as JSON, the data; everything little-endian. The header's metadata contains the text
 * and a SHA-256 of the whole file, computed with zeros in its own place.
 *
 * @returns the file in pieces, so that a large state is not copied
 */
export function encodeSafetensors(text: string, tensors: readonly StateTensor[]): Uint8Array[] {
  let end = 0;
  const entries = tensors.map(({ name, shape, data }) => {
    const begin = end;
    end += data.byteLength;
    return [name, { dtype: "F32", shape, data_offsets: [begin, end] }] as const;
  });
  const header = (sum: string) => {
    const json = JSON.stringify({
      __metadata__: { sha256: sum, congruent: text },
      ...Object.fromEntries(entries),
    });
    const bytes = Buffer.from(json);
    // Data is aligned to 8 bytes; the format pads with spaces.
    const padded = Buffer.alloc(8 + Math.ceil(bytes.length / 8) * 8, " ");
    padded.writeBigUInt64LE(BigInt(padded.length - 8));
    bytes.copy(padded, 8);
    return padded;
  };
  const data = tensors.map(
    ({ data: values }) => new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
  );
  const sum = sha256([header(EMPTY_SUM), ...data]);
  return [header(sum), ...data];
}

/**
 * @throws CongruentError `E_CHECKPOINT_CORRUPT` for a file that is cut off, changed, or not a checkpoint.
 */
export function decodeSafetensors(
  file: Uint8Array,
  source: string,
): { text: string; tensors: StateTensor[] } {
  const corrupt = (why: string, cause?: unknown) =>
    new CongruentError({
      code: "E_CHECKPOINT_CORRUPT",
      what: `${source} ${why}`,
      expected: "a checkpoint as it was written",
      fix: "resume from an older checkpoint, or train again",
      cause,
    });
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  if (file.length < 8) throw corrupt(`is cut off after ${file.length} bytes`);
  const length = view.getBigUint64(0, true);
  if (length > BigInt(file.length - 8)) throw corrupt(`is cut off after ${file.length} bytes`);
  const begin = 8 + Number(length);
  const json = new TextDecoder().decode(file.subarray(8, begin));
  const sum = /"sha256":"([0-9a-f]{64})"/.exec(json)?.[1];
  if (sum === undefined) throw corrupt("has no checksum");
  const zeroed = Buffer.from(file.subarray(0, begin));
  zeroed.write(EMPTY_SUM, 8 + Buffer.byteLength(json.slice(0, json.indexOf(sum))));
  if (sha256([zeroed, file.subarray(begin)]) !== sum) throw corrupt("does not have its own checksum");
  // The hash is right: from here on the content is what was written.
  const { __metadata__: metadata, ...entries } = JSON.parse(json) as Header;

  const tensors = Object.entries(entries).map(
    ([
      name,
      {
        shape,
        data_offsets: [from, to],
      },
    ]) => ({
      name,
      shape,
      // A copy: the data may not be aligned to 4 bytes in the file. (Buffer.slice would copy nothing.)
      data: new Float32Array(Uint8Array.from(file.subarray(begin + from, begin + to)).buffer),
    }),
  );
  return { text: metadata.congruent, tensors };
}

interface Entry {
  shape: number[];
  data_offsets: [number, number];
}
type Header = { __metadata__: { sha256: string; congruent: string } } & Record<string, Entry>;
