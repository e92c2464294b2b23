/** The options of `congruent parity` that look for the node at which a runtime goes wrong. */
import { join } from "node:path";
import { CongruentError } from "@congruent/core";
import { refuseUnwritable } from "@congruent/core/files";
import type { ParityFileOptions } from "@congruent/parity";
import { type Command, InvalidArgumentError } from "commander";
import { note } from "../output/output.js";

export interface BisectCliOptions {
  bisect?: boolean;
  repro?: string;
  cure?: boolean;
  maxMemory?: number;
}

export function withBisectOptions(command: Command): Command {
  return command
    .option("--bisect", "name the node at which each failing runtime begins to be wrong")
    .option("--repro <dir>", "bisect, and write a folder per runtime that shows the fault by itself")
    .option("--cure", "bisect, and try what ONNX Runtime offers until each failing runtime is right")
    .option(
      "--max-memory <size>",
      "that the values of one cut of a bisect may take, such as 512MB (the default)",
      byteSize,
    );
}

const UNITS: Readonly<Record<string, number>> = { kb: 2 ** 10, mb: 2 ** 20, gb: 2 ** 30 };

/** `512MB` or `2GB` in bytes. */
function byteSize(text: string): number {
  const found = /^(\d+(?:\.\d+)?)\s*([kmg])i?b$/i.exec(text.trim());
  const size = found ? Number(found[1]) * (UNITS[`${found[2]?.toLowerCase()}b`] ?? 0) : 0;
  if (size >= 1) return Math.floor(size);
  throw new InvalidArgumentError("--max-memory takes a size with its unit, such as 512MB or 2GB.");
}

const STEPS = {
  samples: "looking for the worst samples",
  outputs: "the outputs alone",
  nodes: "every node",
  rest: "the rest without the guilty nodes",
  hidden: "parts that are wrong while nothing inside is exposed",
  inside: "the graph that a guilty node holds",
} as const;

/**
 * What `parity` is to do with runtimes that fail; undefined where no bisect was asked for.
 *
 * @throws CongruentError `E_USAGE`
 */
export async function diagnosis({
  bisect,
  repro,
  cure,
  maxMemory,
}: BisectCliOptions): Promise<ParityFileOptions["diagnose"]> {
  if (!bisect && !cure && repro === undefined) {
    if (maxMemory === undefined) return undefined;
    throw new CongruentError({
      code: "E_USAGE",
      what: "--max-memory was given, and no bisect was asked for",
      fix: "add --bisect",
    });
  }
  // A bisect takes minutes: it must not end at a folder that cannot be written.
  if (repro !== undefined) await refuseUnwritable(join(repro, "ISSUE.md"));
  const { diagnoseWith } = await import("@congruent/parity");
  return (model) =>
    diagnoseWith({
      model,
      repro,
      cure: cure ?? false,
      maxMemory,
      onProgress: (runtime, { step }) => note(`  ${runtime}: ${STEPS[step]} …`),
    });
}
