/** Models and passports that do not belong together, as transport and mistakes make them: bits that flip, ends that are lost, files that are swapped. */
import { tinyClassifier } from "@congruent/onnx/testing";
import fc from "fast-check";
import { tinyPassport } from "./tiny-passport.js";

export interface Pair {
  model: Uint8Array;
  passport: object;
}

/** They differ in one weight, so that a wrong one would answer nearly the same. */
const models = [0.5, 0.5001, 1, 2].map(
  (weight) => tinyClassifier([1, 0, -1, 0, 2, 0, -1, 0, 1, weight, -0.5, 0]).bytes,
);
const passports = models.map(tinyPassport);
const which = fc.nat(models.length - 1);

const flipped = fc
  .tuple(which, fc.array(fc.nat(1e6), { minLength: 1, maxLength: 3 }))
  .map(([index, bits]): Pair => {
    const model = (models[index] as Uint8Array).slice();
    // Each bit once: a second time would undo the first.
    for (const bit of new Set(bits.map((each) => each % (model.length * 8))))
      model[bit >> 3] = (model[bit >> 3] as number) ^ (1 << (bit & 7));
    return { model, passport: passports[index] as object };
  });

const shortened = fc.tuple(which, fc.nat(1e6), fc.boolean()).map(([index, place, fromFront]): Pair => {
  const whole = models[index] as Uint8Array;
  const length = place % whole.length;
  const model = fromFront ? whole.slice(whole.length - length) : whole.slice(0, length);
  return { model, passport: passports[index] as object };
});

const lengthened = fc.tuple(which, fc.uint8Array({ minLength: 1, maxLength: 9 })).map(
  ([index, more]): Pair => ({
    model: Uint8Array.from([...(models[index] as Uint8Array), ...more]),
    passport: passports[index] as object,
  }),
);

const swapped = fc
  .tuple(which, which)
  .filter(([model, passport]) => model !== passport)
  .map(
    ([model, passport]): Pair => ({
      model: models[model] as Uint8Array,
      passport: passports[passport] as object,
    }),
  );

/** A passport whose hash or size has one wrong letter. */
const forged = fc.tuple(which, fc.nat(63), fc.boolean()).map(([index, at, size]): Pair => {
  const passport = structuredClone(passports[index]) as ReturnType<typeof tinyPassport>;
  const { sha256 } = passport.model;
  if (size) passport.model.bytes += at + 1;
  else passport.model.sha256 = sha256.slice(0, at) + (sha256[at] === "0" ? "1" : "0") + sha256.slice(at + 1);
  return { model: models[index] as Uint8Array, passport };
});

export const damagedPairs: fc.Arbitrary<Pair> = fc.oneof(
  { weight: 4, arbitrary: flipped },
  { weight: 2, arbitrary: shortened },
  lengthened,
  swapped,
  forged,
);

/** The pairs that do belong together. */
export const wholePairs: readonly Pair[] = models.map((model, index) => ({
  model,
  passport: passports[index] as object,
}));
