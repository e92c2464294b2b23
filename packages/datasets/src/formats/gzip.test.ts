import { gzipSync } from "node:zlib";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { codeOf, damaged } from "../testing.js";
import { gunzip } from "./gzip.js";

describe("gunzip", () => {
  it("gives back what zlib packed, also with several members", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 3000 }), async (bytes) => {
        const twice = Buffer.concat([gzipSync(bytes), gzipSync(bytes)]);
        expect(await gunzip(twice, { limit: 6000 })).toEqual(new Uint8Array([...bytes, ...bytes]));
      }),
      { numRuns: 50 },
    );
  });

  it("allows exactly the limit", async () => {
    const packed = gzipSync(new Uint8Array(1000));
    expect((await gunzip(packed, { limit: 1000 })).length).toBe(1000);
    expect(await codeOf(() => gunzip(packed, { limit: 999 }))).toBe("E_GZIP_BOMB");
  });

  it("refuses a bomb before the memory is spent", async () => {
    const bomb = gzipSync(new Uint8Array(256 * 2 ** 20));
    const before = process.memoryUsage();
    expect(await codeOf(() => gunzip(bomb, { limit: 1000, name: "bomb.gz" }))).toBe("E_GZIP_BOMB");
    const after = process.memoryUsage();
    const grown = after.arrayBuffers + after.heapUsed - before.arrayBuffers - before.heapUsed;
    expect(grown).toBeLessThan(32 * 2 ** 20);
  });

  it.each([
    ["nothing", new Uint8Array(0)],
    ["something else", Uint8Array.of(0, 0, 8, 1)],
    ["the magic number alone", Uint8Array.of(0x1f, 0x8b)],
    ["a truncated file", gzipSync(Uint8Array.from({ length: 5000 }, (_, i) => i * i)).subarray(0, 40)],
    ["a file without its last byte", gzipSync("hello").subarray(0, -1)],
  ])("refuses %s", async (_name, bytes) => {
    expect(await codeOf(() => gunzip(bytes, { limit: 1e6 }))).toBe("E_GZIP");
  });

  it("damaged bytes end in a coded error or in bytes within the limit", async () => {
    const packed = new Uint8Array(gzipSync(Uint8Array.from({ length: 2000 }, (_, i) => i * i)));
    await fc.assert(
      fc.asyncProperty(damaged(packed), async (bytes) => {
        const result = await codeOf(() => gunzip(bytes, { limit: 2000 }));
        if (result instanceof Uint8Array) expect(result.length).toBeLessThanOrEqual(2000);
        else expect(["E_GZIP", "E_GZIP_BOMB"]).toContain(result);
      }),
      { numRuns: 100 },
    );
  });
});
