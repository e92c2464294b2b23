import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { closest } from "./closest.js";
import { CongruentError } from "./errors.js";
import { Registry } from "./registry.js";

const options = { kind: "shape", code: "E_SHAPE", takenCode: "E_SHAPE_TAKEN", fix: "register it" };
/** Also what every object has, and what looks like a number. */
const name = fc.oneof(
  fc.string({ minLength: 1 }),
  fc.constantFrom("toString", "__proto__", "constructor", "7"),
);

function errorOf(f: () => unknown): CongruentError {
  try {
    f();
  } catch (error) {
    if (error instanceof CongruentError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

describe("a registry", () => {
  it("finds every member under its name and nothing under another", () => {
    fc.assert(
      fc.property(fc.uniqueArray(name), name, (names, other) => {
        const registry = new Registry<number>(options, {});
        for (const [i, each] of names.entries()) registry.register(each, i);
        for (const [i, each] of names.entries()) {
          expect(registry.get(each)).toBe(i);
          expect(registry.find(each)).toBe(i);
        }
        expect(registry.names.toSorted()).toEqual(names.toSorted());
        expect(Object.entries(registry.members).length).toBe(names.length);
        if (names.includes(other)) return;
        expect(registry.has(other)).toBe(false);
        expect(registry.find(other)).toBe(undefined);
        const error = errorOf(() => registry.get(other));
        expect(error).toMatchObject({ code: "E_SHAPE", exit: 2 });
        expect(error.what).toContain(other);
        for (const each of names) expect(error.expected).toContain(each);
        const meant = closest(other, names);
        expect(error.fix).toBe(meant === undefined ? "register it" : `did you mean "${meant}"?`);
      }),
    );
  });

  it("refuses a name that is taken, and keeps what was there", () => {
    fc.assert(
      fc.property(fc.uniqueArray(name, { minLength: 1 }), fc.nat(), (names, at) => {
        const registry = new Registry(options, {});
        for (const each of names) registry.register(each, each);
        const taken = names[at % names.length] as string;
        expect(errorOf(() => registry.register(taken, "another"))).toMatchObject({ code: "E_SHAPE_TAKEN" });
        expect(registry.get(taken)).toBe(taken);
      }),
    );
  });
});

describe("closest", () => {
  const letters = fc.string({ unit: fc.constantFrom(..."abcdefgh"), minLength: 4, maxLength: 12 });

  it("finds a name of which one letter is left out, doubled or replaced", () => {
    fc.assert(
      fc.property(
        letters,
        fc.nat(),
        fc.constantFrom("left out", "doubled", "replaced"),
        (meant, at, mistake) => {
          const i = at % meant.length;
          const letter = meant[i] as string;
          const written = { "left out": "", doubled: letter + letter, replaced: "z" }[mistake];
          expect(closest(meant.slice(0, i) + written + meant.slice(i + 1), [meant])).toBe(meant);
        },
      ),
    );
  });

  it("prefers the name itself to any other", () => {
    fc.assert(
      fc.property(fc.uniqueArray(letters, { minLength: 1 }), fc.nat(), (known, at) => {
        const asked = known[at % known.length] as string;
        expect(closest(asked, known)).toBe(asked);
      }),
    );
  });

  it.each([
    ["minst", "mnist"],
    ["fashion_mnist", "fashion-mnist"],
    ["LeNet", "lenet"],
    ["cifar", undefined],
    ["toString", undefined],
  ])("for %s is %s", (written, meant) => {
    expect(closest(written, ["mnist", "fashion-mnist", "lenet", "constant"])).toBe(meant);
  });
});
