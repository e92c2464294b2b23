import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { Turns } from "./turns.js";

describe("turns", () => {
  it("whatever the pieces take, fail or are aborted, they never overlap and keep their order", async () => {
    const piece = fc.record({ ticks: fc.nat(4), fails: fc.boolean(), aborted: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 12 }), async (pieces) => {
        const turns = new Turns();
        const begun: number[] = [];
        let inside = 0;
        const ended = pieces.map(async ({ ticks, fails, aborted }, index) => {
          const signal = aborted ? AbortSignal.abort("gone") : new AbortController().signal;
          return turns.take(async () => {
            begun.push(index);
            expect(++inside).toBe(1);
            for (let tick = 0; tick < ticks; tick++) await new Promise(setImmediate);
            inside--;
            if (fails) throw new Error(`piece ${index}`);
            return index;
          }, signal);
        });
        const results = await Promise.allSettled(ended);
        expect(begun).toEqual(pieces.flatMap(({ aborted }, index) => (aborted ? [] : [index])));
        results.forEach((result, index) => {
          const { fails, aborted } = pieces[index]!;
          if (aborted) expect(result).toMatchObject({ reason: { code: "E_ABORTED", cause: "gone" } });
          else if (fails) expect(result).toMatchObject({ reason: { message: `piece ${index}` } });
          else expect(result).toEqual({ status: "fulfilled", value: index });
        });
      }),
    );
  });

  it("a piece that is aborted while it waits is not begun", async () => {
    const turns = new Turns();
    const { signal, abort } = ((controller) => ({
      signal: controller.signal,
      abort: () => controller.abort(),
    }))(new AbortController());
    const first = turns.take(async () => abort());
    await expect(turns.take(async () => 2, signal)).rejects.toMatchObject({ code: "E_ABORTED" });
    await first;
    expect(await turns.take(async () => 3)).toBe(3);
  });
});
