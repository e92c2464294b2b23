import { cellName, type OutputDifference, type ParityCell } from "@congruent/core/schemas";
import { largest } from "./cell-of.js";

/**
 * Who is off, in one sentence: every runtime's largest difference from what the reference computes in double precision, the worst first.
 * Null where nothing was compared with a reference.
 *
 * @example
 * ```ts
 * const off = (runtime, maxAbs) => {
 *   const outputs = [{ name: "y", maxAbs, maxUlp: null, bound: 1e-6, why: "", within: maxAbs < 1e-6 }];
 *   return { ...blankCell({ runtime, browser: null }), reference: { samples: 50, outputs } };
 * };
 * attribution([off("node-cpu", 6e-8), off("web-webgpu", 0.4)]);
 * // => "web-webgpu is off by 0.4, node-cpu by 6.0e-8 (largest difference from the reference on 50 samples)"
 * const blind = off("web-wasm", 0);
 * blind.reference.outputs[0].bound = null;
 * attribution([off("node-cpu", 6e-8), blind]);
 * // => "node-cpu is off by 6.0e-8, web-wasm by unknown (no bound) (largest difference from the reference on 50 samples)"
 * ```
 */
export function attribution(cells: readonly ParityCell[]): string | null {
  const known = cells.flatMap((cell) =>
    cell.reference
      ? [{ name: cellName(cell), off: offBy(cell.reference.outputs), samples: cell.reference.samples }]
      : [],
  );
  if (known.length === 0) return null;
  const size = (off: Off) => (off === "unknown" ? -1 : (off ?? Number.POSITIVE_INFINITY));
  const sorted = known.toSorted((a, b) => size(b.off) - size(a.off));
  const told = sorted.map(({ name, off }, position) => {
    const verb = position === 0 ? " is off" : "";
    return `${name}${verb} by ${offText(off)}`;
  });
  const counts = known.map(({ samples }) => samples);
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  const range = least === most ? `${most}` : `${least} to ${most}`;
  return `${told.join(", ")} (largest difference from the reference on ${range} sample${range === "1" ? "" : "s"})`;
}

/** Null where NaN or infinity stands instead of a number; `unknown` where no output has a bound, and a difference says nothing. */
type Off = number | null | "unknown";

function offBy(outputs: readonly OutputDifference[]): Off {
  const known = outputs.filter(({ bound, name }) => bound !== null && name !== "label");
  const blind = outputs.some(({ bound }) => bound === null);
  return blind && known.length === 0 ? "unknown" : largest(known);
}

function offText(off: Off): string {
  if (off === "unknown") return "unknown (no bound)";
  return off === null ? "NaN or infinity" : sizeText(off);
}

/**
 * A difference as people read it.
 *
 * @example
 * ```ts
 * [sizeText(0.4), sizeText(4.8e-6), sizeText(0)]; // => ["0.4", "4.8e-6", "0"]
 * ```
 */
export function sizeText(size: number): string {
  return size !== 0 && size < 1e-3 ? size.toExponential(1) : String(Number(size.toPrecision(2)));
}
