/** @needs export */

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CongruentError } from "@congruent/core";
import { timeLimits } from "@congruent/core/testing";
import { runPython } from "@congruent/toolchain";
import { describe, expect, it, jest } from "@jest/globals";
import fc from "fast-check";
import { decodeSafetensors, encodeSafetensors } from "./safetensors.js";

const tensors = fc.array(
  fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 3 }).chain((shape) => {
    const length = shape.reduce((product, dim) => product * dim, 1);
    return fc.record({
      shape: fc.constant(shape),
      data: fc.float32Array({ minLength: length, maxLength: length }),
    });
  }),
  { maxLength: 4 },
);
const files = fc
  .tuple(fc.string({ unit: "binary" }), tensors)
  .map(([text, parts]) => ({ text, tensors: parts.map((part, i) => ({ name: `weight.${i}`, ...part })) }));
const bytesOf = ({ text, tensors: parts }: Parameters<typeof encode>[0]) => encode({ text, tensors: parts });
function encode(file: { text: string; tensors: { name: string; shape: number[]; data: Float32Array }[] }) {
  return new Uint8Array(Buffer.concat(encodeSafetensors(file.text, file.tensors)));
}
const codeOf = (bytes: Uint8Array) => {
  try {
    decodeSafetensors(bytes, "file");
    return null;
  } catch (error) {
    if (error instanceof CongruentError) return error.code;
    throw error;
  }
};

describe("a checkpoint's bytes", () => {
  it("read back as they were written, from a buffer at any offset", () => {
    fc.assert(
      fc.property(files, fc.nat(7), (file, offset) => {
        const bytes = bytesOf(file);
        const moved = new Uint8Array(bytes.length + offset).subarray(offset);
        moved.set(bytes);
        const read = decodeSafetensors(moved, "file");
        expect(read.text).toBe(file.text);
        expect(read.tensors.map(({ name, shape }) => ({ name, shape }))).toEqual(
          file.tensors.map(({ name, shape }) => ({ name, shape })),
        );
        read.tensors.forEach(({ data }, i) => {
          const bits = (values: Float32Array) => [...new Uint32Array(values.slice().buffer)];
          expect(bits(data)).toEqual(bits(file.tensors[i]?.data ?? new Float32Array()));
        });
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  it("are refused when a bit is flipped anywhere, or the end is missing", () => {
    fc.assert(
      fc.property(
        files,
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        fc.nat(7),
        (file, where, bit) => {
          const bytes = bytesOf(file);
          const at = Math.floor(where * bytes.length);
          const flipped = bytes.slice();
          flipped[at] = (flipped[at] as number) ^ (1 << bit);
          expect(codeOf(flipped)).toBe("E_CHECKPOINT_CORRUPT");
          expect(codeOf(bytes.subarray(0, at))).toBe("E_CHECKPOINT_CORRUPT");
          expect(codeOf(bytes)).toBeNull();
        },
      ),
      { seed: 2, numRuns: 500 },
    );
  });

  it("are safetensors: Python reads them by the format's own description", async () => {
    const folder = await mkdtemp(join(tmpdir(), "congruent-safetensors-"));
    const path = join(folder, "x.safetensors");
    const data = Float32Array.of(1.5, -2, 3e-39, 4, Number.MAX_VALUE, 6);
    await writeFile(path, encode({ text: "{}", tensors: [{ name: "weight.0", shape: [2, 3], data }] }));
    const { stdout } = await runPython({
      environment: "export",
      args: ["-c", READER, path],
      timeoutMs: 60_000,
    });
    expect(JSON.parse(stdout)).toEqual({
      shape: [2, 3],
      text: "{}",
      bits: [...new Uint32Array(data.buffer)],
    });
    await rm(folder, { recursive: true });
  });
});

const READER = `
import json, struct, sys
import numpy as np
raw = open(sys.argv[1], "rb").read()
(n,) = struct.unpack("<Q", raw[:8])
assert n % 8 == 0 and raw[8:9] == b"{"
header = json.loads(raw[8 : 8 + n])
entry = header["weight.0"]
assert entry["dtype"] == "F32" and entry["data_offsets"] == [0, len(raw) - 8 - n]
values = np.frombuffer(raw, "<f4", offset=8 + n).reshape(entry["shape"])
print(json.dumps({"shape": values.shape, "text": header["__metadata__"]["congruent"], "bits": values.view("<u4").ravel().tolist()}))
`;

jest.setTimeout(timeLimits.training);
