import type { Normalization, ParityFileOptions } from "@congruent/parity";
import { type Command, Option } from "commander";
import { collect } from "../options/collect.js";
import { wholeNumber } from "../options/numbers.js";
import { datasetFor } from "./dataset.js";

export interface ParityInputOptions {
  inputs?: string;
  samples?: number;
  seed: number;
  shape?: string[];
  fill?: string[];
  pictures?: Normalization;
  once?: boolean;
}

/** As `NORMALIZATIONS` of @congruent/parity, which is loaded only when it runs; a test compares both. */
export const PICTURES = ["none", "0..1", "-1..1", "imagenet"] as const satisfies readonly Normalization[];

/** The options of a command that say what a model is run on. */
export function withInputOptions(command: Command): Command {
  return command
    .option(
      "--inputs <what>",
      "FILE.npz, FILE.npy, FILE.json (numbers or strings, an entry per input), a folder of pictures, a folder with test_data_set_0/input_0.pb, a data set (a name, or the path of one on this machine), or random (default: the test images of the card's data set)",
    )
    .option("--samples <n>", "only the first n samples", wholeNumber("--samples"))
    .option("--once", "the inputs are those of one run: their first axes count no samples")
    .option("--seed <n>", "for random inputs", wholeNumber("--seed", 0), 42)
    .option(
      "--shape <name=sizes>",
      "of random inputs: INPUT=1,3,224,224, AXIS=4, or INPUT[2]=224 for an axis without a name; may be repeated",
      collect,
    )
    .option(
      "--fill <strategy>",
      "of random inputs: STRATEGY or INPUT=STRATEGY: a number (sr=16000), several (scales=0.7,1,0.8), uniform:0,1, normal:0,1, integers:0,10, pixels, bits, mask, zeros, ones, constant:V, values:V1,V2, ramp, one-hot, edge, special; may be repeated",
      collect,
    )
    .addOption(
      new Option(
        "--pictures <scale>",
        "what becomes of the bytes of a folder's pictures (default: none where the model divides by 255 or takes bytes, else 0..1)",
      ).choices(PICTURES),
    );
}

/** The options of `parity` and of `readInputs` that the command line's stand for. */
export async function inputOptions(options: ParityInputOptions) {
  const { inputs, samples, seed, shape = [], fill, pictures, once } = options;
  const { parseShapes } = await import("@congruent/parity");
  return {
    inputs,
    samples,
    seed,
    shapes: Object.fromEntries(parseShapes(shape)),
    fills: fill,
    pictures,
    once,
    dataset: (name: string) => datasetFor(name),
  } satisfies Partial<ParityFileOptions>;
}
