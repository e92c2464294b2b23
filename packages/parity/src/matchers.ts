/** Parity as an expectation of Jest and Vitest. */
import { whatOf } from "@congruent/core";
import type { ParityReport } from "@congruent/core/schemas";
import { type ParityFileOptions, parity } from "./parity.js";

export interface MatcherResult {
  pass: boolean;
  message: () => string;
}

/**
 * For `expect.extend(parityMatchers)` in Jest and Vitest: an ONNX file has the same numbers on every runtime.
 *
 * `toHaveParity` takes the options of {@link parity} without the model. Anything but the verdict `pass` fails, `inconclusive` too; so does,
 * under `.not`, anything but `fail`: what was not compared proves neither.
 *
 * @example
 * ```ts no-run
 * expect.extend(parityMatchers);
 * await expect("model.onnx").toHaveParity({ runtimes: ["reference", "node-cpu"], samples: 10 });
 * ```
 */
export const parityMatchers = {
  async toHaveParity(
    this: { isNot?: boolean } | undefined,
    model: string,
    options: Omit<ParityFileOptions, "model"> = {},
  ): Promise<MatcherResult> {
    const isNot = this?.isNot ?? false;
    const failed = (text: string) => ({ pass: isNot, message: () => text });
    let report: ParityReport;
    try {
      report = await parity({ ...options, model });
    } catch (error) {
      return failed(`${model} could not be compared: ${whatOf(error)}`);
    }
    const { verdict } = report;
    if (verdict === "inconclusive") return failed(saying(report, model));
    return { pass: verdict === "pass", message: () => saying(report, model) };
  },
};

function saying({ verdict, because, attribution, inputs, warnings }: ParityReport, model: string): string {
  return [
    `parity of ${model}: ${verdict}`,
    because,
    ...(attribution === null ? [] : [attribution]),
    ...warnings,
    `inputs: ${inputs.source}`,
  ].join("\n  ");
}

declare global {
  namespace jest {
    interface Matchers<R> {
      /** Whether an ONNX file has the same numbers on every runtime. See `parityMatchers` of @congruent/parity. */
      toHaveParity(options?: Omit<ParityFileOptions, "model">): Promise<R>;
    }
  }
}
