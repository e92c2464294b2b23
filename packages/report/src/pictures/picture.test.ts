import { inflateSync } from "node:zlib";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { type Picture, pictureDataUrl } from "./picture.js";

/** A PNG reader for the one kind that is written here (8 bits, no filters), from the format's description. */
function readPng(url: string): Picture {
  const bytes = Buffer.from(url.replace("data:image/png;base64,", ""), "base64");
  expect(bytes.subarray(0, 8).toString("latin1")).toBe("\x89PNG\r\n\x1a\n");
  const chunks = new Map<string, Buffer[]>();
  for (let at = 8; at < bytes.length; ) {
    const length = bytes.readUInt32BE(at);
    const name = bytes.subarray(at + 4, at + 8).toString("latin1");
    chunks.set(name, [...(chunks.get(name) ?? []), bytes.subarray(at + 8, at + 8 + length)]);
    at += 12 + length;
  }
  const header = chunks.get("IHDR")?.[0] ?? Buffer.alloc(13);
  const [width, height, depth, type] = [header.readUInt32BE(0), header.readUInt32BE(4), header[8], header[9]];
  expect(depth).toBe(8);
  const channels = type === 0 ? 1 : 3;
  const raw = inflateSync(Buffer.concat(chunks.get("IDAT") ?? []));
  const stride = width * channels + 1;
  const data = new Uint8Array(width * height * channels);
  for (let y = 0; y < height; y++) {
    expect(raw[y * stride]).toBe(0);
    data.set(raw.subarray(y * stride + 1, (y + 1) * stride), y * width * channels);
  }
  return { data, dims: [height, width, channels] };
}

const picture = fc
  .record({
    height: fc.integer({ min: 1, max: 9 }),
    width: fc.integer({ min: 1, max: 9 }),
    channels: fc.constantFrom(1, 3),
  })
  .chain(({ height, width, channels }) => {
    const size = height * width * channels;
    return fc
      .uint8Array({ minLength: size, maxLength: size })
      .map((data) => ({ data, dims: [height, width, channels] }));
  });

describe("pictureDataUrl", () => {
  it("enlarges each pixel to a square", () => {
    const rgb = Uint8Array.of(1, 2, 3, 4, 5, 6);
    const { data, dims } = readPng(pictureDataUrl({ data: rgb, dims: [2, 1, 3] }, { scale: 2 }));
    expect(dims).toEqual([4, 2, 3]);
    expect([...data].join(" ")).toBe("1 2 3 1 2 3 1 2 3 1 2 3 4 5 6 4 5 6 4 5 6 4 5 6");
  });

  it("keeps every pixel", () => {
    fc.assert(
      fc.property(picture, (source) => {
        expect(readPng(pictureDataUrl(source))).toEqual(source);
      }),
      { seed: 7 },
    );
  });

  it.each([
    [[28, 28], 784],
    [[28, 28, 2], 1568],
    [[28, 28, 1], 783],
    [[0, 28, 1], 0],
    [[1, 28, 28, 1], 784],
  ])("refuses shape %p with %p values", (dims, length) => {
    expect(() => pictureDataUrl({ data: new Uint8Array(length), dims })).toThrow(
      expect.objectContaining({ code: "E_PICTURE_SHAPE", exit: 2 }),
    );
  });
});
