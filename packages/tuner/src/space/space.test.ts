import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type HyperparameterInput, hyperparameterSchema } from "@congruent/core/schemas";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { fixture } from "../testing/fixture.js";
import { domainOf } from "./index.js";
import { allPoints } from "./points.js";
import { spaceOf } from "./space.js";

const { spreads } = fixture<{
  spreads: { hyperparameter: HyperparameterInput; values: [number, unknown][] }[];
}>("keras-tuner.json");

describe("a domain", () => {
  it.each(spreads)(
    "spreads values over [0, 1) as Keras Tuner: $hyperparameter",
    ({ hyperparameter, values }) => {
      const domain = domainOf(hyperparameterSchema.parse(hyperparameter));
      for (const [position, value] of values) {
        const own = domain.at(position);
        if (typeof value === "number") {
          // Keras Tuner keeps the rounding errors of 0.1 + 2 · 0.1.
          expect(Math.abs((own as number) - value)).toBeLessThanOrEqual(1e-11 * Math.abs(value));
        } else expect(own).toBe(value);
      }
    },
  );

  const range = fc
    .tuple(fc.integer({ min: 1, max: 1000 }), fc.integer({ min: 0, max: 1000 }))
    .map(([min, width]) => ({ name: "x", min, max: min + width }));
  const sampling = fc.constantFrom("linear" as const, "log" as const, "reverseLog" as const);
  const anyDomain = fc.oneof(
    fc.tuple(range, sampling).map(([r, s]) => ({ type: "int" as const, ...r, sampling: s })),
    fc.tuple(range, sampling).map(([r, s]) => ({ type: "float" as const, ...r, sampling: s })),
    fc
      .tuple(
        fc.integer({ min: -99, max: 99 }),
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 0, max: 30 }),
      )
      .map(([min, step, n]) => ({ type: "int" as const, name: "x", min, max: min + n * step, step })),
    fc.tuple(fc.integer({ min: 2, max: 5 }), fc.integer({ min: 0, max: 8 })).map(([step, n]) => ({
      type: "int" as const,
      name: "x",
      min: 3,
      max: 3 * step ** n,
      step,
      sampling: "log" as const,
    })),
    fc
      .uniqueArray(fc.string(), { minLength: 1, maxLength: 12 })
      .map((values) => ({ type: "choice" as const, name: "x", values })),
  );

  it("gives each position of [0, 1) to a value whose cell holds it, and the cells fill the interval", () => {
    fc.assert(
      fc.property(
        anyDomain,
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (hp, position) => {
          const domain = domainOf(hyperparameterSchema.parse(hp));
          const value = domain.at(position);
          const [from, to] = domain.cell(value);
          expect(domain.has(value)).toBe(true);
          expect(from).toBeLessThanOrEqual(position + 1e-9);
          expect(to).toBeGreaterThanOrEqual(position - 1e-9);
          for (const listed of domain.values()) expect(domain.has(listed)).toBe(true);
          if (domain.size === null) return;
          expect(new Set(domain.values()).size).toBe(domain.size);
          const width = domain.values().reduce<number>((sum, of) => {
            const [a, b] = domain.cell(of);
            return sum + b - a;
          }, 0);
          expect(Math.abs(width - 1)).toBeLessThan(1e-6);
        },
      ),
      { seed: 1 },
    );
  });

  it("is one file of its own under its own name", () => {
    const files = readdirSync(fileURLToPath(new URL(".", import.meta.url)));
    const types = hyperparameterSchema.options.map((option) => option.shape.type.value);
    for (const type of types) expect(files).toContain(`${type}.ts`);
  });
});

describe("a search space", () => {
  const int = { type: "int", name: "units", min: 32, max: 512, step: 32 } as const;
  it.each<[string, HyperparameterInput[], string, RegExp]>([
    ["without hyper-parameters", [], "E_SPACE_EMPTY", /no hyper-parameters/],
    ["with no values", [{ type: "choice", name: "optimizer", values: [] }], "E_SPACE_EMPTY", /"optimizer"/],
    ["with min > max", [{ ...int, min: 600 }], "E_SPACE_RANGE", /min 600.*greater than max 512/],
    ["with a step that does not fit", [{ ...int, step: 100 }], "E_SPACE_STEP", /last value would be 432/],
    ["with a step of 0", [{ ...int, step: 0 }], "E_SPACE_STEP", /step 0/],
    ["with a ratio of 1", [{ ...int, step: 1, sampling: "log" }], "E_SPACE_STEP", /step 1/],
    [
      "with a ratio that does not fit",
      [{ ...int, step: 3, sampling: "log" }],
      "E_SPACE_STEP",
      /last value would be 288/,
    ],
    ["logarithmic from 0", [{ ...int, min: 0, sampling: "log" }], "E_SPACE_SAMPLING", /begins at 0/],
    ["with a default outside", [{ ...int, default: 33 }], "E_SPACE_DEFAULT", /default 33/],
    ["with a name twice", [int, int], "E_SPACE_DUPLICATE", /"units" is declared twice/],
    [
      "with a value twice",
      [{ type: "choice", name: "a", values: [1, 1] }],
      "E_SPACE_DUPLICATE",
      /lists 1 twice/,
    ],
    [
      "with a condition on nothing",
      [{ ...int, when: [{ name: "unit", values: [1] }] }],
      "E_SPACE_CONDITION",
      /"unit", which is not declared before/,
    ],
    [
      "with a condition that never holds",
      [
        { type: "boolean", name: "deep" },
        { ...int, when: [{ name: "deep", values: ["yes"] }] },
      ],
      "E_SPACE_CONDITION",
      /"deep" is "yes", which it never is/,
    ],
  ])("%s is refused", (_, space, code, said) => {
    expect(() => spaceOf(space)).toThrow(
      expect.objectContaining({ code, exit: 2, what: expect.stringMatching(said) }),
    );
  });

  it("counts through what its conditions leave", () => {
    const space = spaceOf([
      { type: "choice", name: "optimizer", values: ["adam", "sgd"] },
      {
        type: "float",
        name: "momentum",
        min: 0,
        max: 1,
        step: 0.5,
        when: [{ name: "optimizer", values: ["sgd"] }],
      },
      { type: "boolean", name: "nesterov", when: [{ name: "momentum", values: [0.5, 1] }] },
    ]);
    // adam, sgd 0, and sgd with two momenta and two choices each.
    expect(allPoints(space, 100, "values")).toEqual([
      { optimizer: "adam" },
      { optimizer: "sgd", momentum: 0 },
      { optimizer: "sgd", momentum: 0.5, nesterov: false },
      { optimizer: "sgd", momentum: 0.5, nesterov: true },
      { optimizer: "sgd", momentum: 1, nesterov: false },
      { optimizer: "sgd", momentum: 1, nesterov: true },
    ]);
    expect(allPoints(space, 5, "values")).toBeNull();
  });
});
