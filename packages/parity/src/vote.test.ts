import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { type Relation, type Vote, type Voter, vote } from "./vote.js";

/** A run with what it computed: equal numbers agree, and one apart is not enough to call anybody wrong. */
type Run = Voter & { value: number };

const relationOf =
  (runs: readonly Run[]) =>
  (a: number, b: number): Relation => {
    const distance = Math.abs((runs[a] as Run).value - (runs[b] as Run).value);
    return distance === 0 ? "agree" : distance === 1 ? "unknown" : "differ";
  };
const decide = (runs: readonly Run[]) => vote(runs, relationOf(runs));

const run = fc.record({
  family: fc.constantFrom("native", "wasm", "webgpu", "jsep", "tensorflow"),
  plain: fc.boolean(),
  value: fc.constantFrom(0, 1, 3, 7),
});
const runs = fc.array(run, { maxLength: 8 });

/** What a vote says of each run, independent of positions. */
function said({ winner, wrong, undecided }: Vote, list: readonly Run[]): Map<Run, string> {
  return new Map(
    list.map((each, i) => [
      each,
      winner?.includes(i)
        ? "right"
        : wrong.includes(i)
          ? "wrong"
          : undecided.includes(i)
            ? "undecided"
            : "none",
    ]),
  );
}
const passes = (list: readonly Run[]) => decide(list).winner?.length === list.length;

describe("a vote", () => {
  it("does not depend on the order of the runtimes", () => {
    const shuffled = runs.chain((list) =>
      fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
    );
    fc.assert(
      fc.property(shuffled, ([list, other]) => {
        expect(said(decide(other), other)).toEqual(said(decide(list), list));
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  it("says one thing of every run", () => {
    fc.assert(
      fc.property(runs, (list) => {
        expect([...said(decide(list), list).values()]).not.toContain("none");
      }),
      { seed: 2, numRuns: 300 },
    );
  });

  it("never turns from pass to fail because a witness was added that agrees", () => {
    const honest = fc.record({ ...{ family: run.map((each) => each.family) }, plain: fc.boolean() });
    fc.assert(
      fc.property(fc.array(honest, { minLength: 2, maxLength: 6 }), honest, (list, more) => {
        const agreeing = list.map((each) => ({ ...each, value: 3 }));
        fc.pre(passes(agreeing));
        expect(passes([...agreeing, { ...more, value: 3 }])).toBe(true);
      }),
      { seed: 3, numRuns: 500 },
    );
  });

  it("never lets an agreeing witness make anybody wrong who was not, where all agreed", () => {
    fc.assert(
      fc.property(fc.array(run, { maxLength: 6 }), run, (list, more) => {
        const agreeing = list.map((each) => ({ ...each, value: 0 }));
        expect(decide([...agreeing, { ...more, value: 0 }]).wrong).toEqual([]);
      }),
      { seed: 4, numRuns: 300 },
    );
  });

  it("names a lone liar among three or more families, and nobody else", () => {
    const families = fc.subarray(["native", "wasm", "webgpu", "jsep", "tensorflow"], { minLength: 3 });
    const scene = families.chain((names) =>
      fc.record({
        names: fc.constant(names),
        liar: fc.constantFrom(...names),
        // How often each family ran, and where the liar says what.
        counts: fc.array(fc.integer({ min: 1, max: 3 }), {
          minLength: names.length,
          maxLength: names.length,
        }),
        lies: fc.array(fc.constantFrom(5, 9, 13), { minLength: 3, maxLength: 3 }),
        plain: fc.array(fc.boolean(), { minLength: 15, maxLength: 15 }),
      }),
    );
    fc.assert(
      fc.property(scene, ({ names, liar, counts, lies, plain }) => {
        const list = names.flatMap((family, f) =>
          Array.from({ length: counts[f] as number }, (_, i) => ({
            family,
            plain: plain[f * 3 + i] as boolean,
            value: family === liar ? (lies[i] as number) : 0,
          })),
        );
        // Somebody who is right ran the graph as it is.
        const witness = list.find(({ family }) => family !== liar) as Run;
        witness.plain = true;
        const { wrong } = decide(list);
        expect(wrong.map((i) => list[i]?.family)).toEqual(
          list.flatMap(({ family }) => (family === liar ? [liar] : [])),
        );
      }),
      { seed: 5, numRuns: 500 },
    );
  });

  it("convicts nobody without a majority of families, or without a plain witness", () => {
    fc.assert(
      fc.property(runs, (list) => {
        const { winner, wrong } = decide(list);
        if (!winner) return expect(wrong).toEqual([]);
        const families = new Set(list.map(({ family }) => family));
        const inCamp = new Set(winner.map((i) => list[i]?.family));
        expect(inCamp.size).toBeGreaterThan(families.size / 2);
        expect(winner.some((i) => list[i]?.plain)).toBe(true);
      }),
      { seed: 6, numRuns: 500 },
    );
  });

  const named = (...list: [family: string, value: number, plain?: boolean][]) =>
    decide(list.map(([family, value, plain = false]) => ({ family, value, plain })));

  it.each<[string, Vote, number[], string | null]>([
    ["one against one", named(["a", 0, true], ["b", 5]), [], "it is one against one"],
    ["two against two", named(["a", 0, true], ["b", 0], ["c", 5], ["d", 5]), [], "it is two against two"],
    [
      "three that share the optimizer",
      named(["a", 0], ["b", 0], ["c", 5]),
      [],
      expect.stringContaining("graph optimizer") as never,
    ],
    ["the fusion of one family", named(["a", 5], ["a", 0, true], ["b", 0], ["c", 0]), [0], null],
    [
      "the optimizer of all",
      named(["a", 5], ["b", 5], ["c", 5], ["a", 0, true], ["b", 0, true], ["c", 0, true]),
      [0, 1, 2],
      null,
    ],
    [
      "two copies of one family against one",
      named(["a", 5], ["a", 5], ["b", 0, true]),
      [],
      "it is one against one",
    ],
    ["nobody", named(), [], expect.stringContaining("same kernels") as never],
  ])("%s", (_, found, wrong, why) => {
    expect([found.wrong, found.why]).toEqual([wrong, why]);
  });

  it("leaves a run undecided that is neither near nor far", () => {
    const { winner, wrong, undecided } = named(["a", 0, true], ["b", 0], ["c", 1]);
    expect([winner, wrong, undecided]).toEqual([[0, 1], [], [2]]);
  });
});
