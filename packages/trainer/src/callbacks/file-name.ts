import { CongruentError } from "@congruent/core";

/**
 * A path with the fields of a log in it, as Keras' ModelCheckpoint writes it: `{epoch}`, `{epoch:04d}`,
 * `{val_loss:.3f}`.
 *
 * @throws CongruentError `E_PLACEHOLDER` naming the field that the log lacks.
 * @example
 * ```ts
 * fileName("best/{epoch:03d}-{val_loss:.2f}", { epoch: 7, valLoss: 0.126 }); // => "best/007-0.13"
 * ```
 */
export function fileName(pattern: string, log: Record<string, number>): string {
  return pattern.replace(
    /\{([A-Za-z_]+)(?::(?:0?(\d+)d|\.(\d+)f))?\}/g,
    (_, name: string, width: string | undefined, digits: string | undefined) => {
      const value = log[name.replace(/_([a-z])/g, (__, letter: string) => letter.toUpperCase())];
      if (value === undefined) {
        throw new CongruentError({
          code: "E_PLACEHOLDER",
          what: `the path ${pattern} names ${name}, which the epoch's log does not have`,
          expected: `one of ${Object.keys(log).join(", ")}`,
          fix: "correct the path",
        });
      }
      if (width !== undefined) return String(value).padStart(Number(width), "0");
      return digits === undefined ? String(value) : value.toFixed(Number(digits));
    },
  );
}
