/** A folder that shows one fault by itself, to be attached to an issue. */
import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { arch, platform, release } from "node:os";
import { join } from "node:path";
import { toBinary } from "@bufbuild/protobuf";
import { CongruentError, runtimeDefinition, type Tensor } from "@congruent/core";
import { lockDirectory, writeFileAtomic, writeJson } from "@congruent/core/files";
import type { Bisect, Cure, ParityCell } from "@congruent/core/schemas";
import { encodeModel, type ModelProto, makeTensor, TensorProtoSchema } from "@congruent/onnx";
import type { Oracle } from "../bisect/oracle.js";
import { type BisectJob, withPartRunner } from "../bisect/part-runner.js";
import { referenceOracle } from "../bisect/reference-oracle.js";
import { pickSamples } from "../bisect/samples.js";
import type { Runner, Tensors } from "../runner.js";
import { htmlPage } from "./html-page.js";
import { issueText, issueTitle } from "./issue.js";
import { nodeScript } from "./node-script.js";
import { packageJson } from "./package-json.js";
import { type ReproRun, runInNode, runInPage } from "./run-repro.js";
import { SERVE_SCRIPT } from "./serve-script.js";
import { smallestFailing } from "./smallest-failing.js";
import { venueOf } from "./venue-of.js";

export interface ReproOptions {
  /** Made where it is not there; must be empty, or hold a repro. */
  directory: string;
  model: ModelProto;
  /** What the bisect found, the cell that it explains, and the inputs that it was given. */
  found: Bisect;
  cell: Pick<ParityCell, "runtime" | "browser" | "versions" | "adapter" | "driver">;
  inputs: Tensors;
  runner: Runner;
  job: BisectJob;
  oracle?: Oracle | undefined;
  /** What makes the whole model right on this runtime. Default: nothing is known. */
  cure?: Cure | null | undefined;
}

export type Repro = NonNullable<Bisect["repro"]>;

/** The files of a repro: a folder that holds other files is not written to. */
const FILES = [
  "ISSUE.md",
  "model.onnx",
  "package.json",
  "repro.html",
  "repro.mjs",
  "serve.mjs",
  "test_data_set_0",
  "versions.json",
];

/** Files that npm adds. */
const INSTALLED = ["node_modules", "package-lock.json"];

/** Keeps another command out of the folder: of two repros in one nothing would fit together. */
const LOCK = { file: "repro.lock", code: "E_REPRO_LOCKED", holder: "another repro" };

/** What a process that was killed may have left: locks, and parts of our files. */
const LEFT = new RegExp(
  `^(?:\\.?${LOCK.file}.*|\\.(?:${FILES.join("|").replaceAll(".", "\\.")})\\.[0-9a-f]+\\.tmp)$`,
);

/**
 * Cuts the guilty nodes out, takes one sample where one is enough, and writes what is needed to see the fault: model and data in the
 * layout of ONNX's backend tests, a script for Node, a page for browsers, versions, and the text of an issue. Then runs it.
 *
 * @throws CongruentError `E_REPRO` (exit 1) where nothing fails by itself; `E_REPRO_FOLDER` for a folder with other files in it;
 * `E_REPRO_LOCKED` while another process writes one there; `E_WRITE`, `E_DISK_FULL`
 */
export async function writeRepro(options: ReproOptions): Promise<Repro> {
  const { directory, model, found, cell, inputs, runner, job, oracle = referenceOracle } = options;
  const venue = venueOf(cell);
  if (!venue) {
    throw new CongruentError({
      code: "E_REPRO",
      what: `${cell.runtime} is not ONNX Runtime: a repro of it cannot be written`,
    });
  }
  await checkFolder(directory);
  const feeds = found.samples === null ? inputs : pickSamples(inputs, found.samples);
  const failing = await withPartRunner(runner, job, (partRunner) =>
    smallestFailing(partRunner, oracle, model, feeds, found),
  );
  const unlock = await lockDirectory(directory, LOCK);
  try {
    return await writeFolder(failing, venue, options);
  } finally {
    await unlock();
  }
}

async function writeFolder(
  failing: Awaited<ReturnType<typeof smallestFailing>>,
  venue: NonNullable<ReturnType<typeof venueOf>>,
  { directory, cell, job, oracle = referenceOracle, cure = null }: ReproOptions,
): Promise<Repro> {
  const { expected, output } = failing;
  const right = expected.tensor() as Tensor;
  const facts = { inputs: Object.keys(failing.inputs), output, tolerance: expected.largestBound };
  const version = cell.versions.onnxruntime ?? "latest";
  const provider = venue.shownIn === "web" ? venue.web.provider : venue.node;
  const title = issueTitle({ failing, provider });
  const bytes = encodeModel(failing.model);
  const write = (name: string, content: string | Uint8Array) =>
    writeFileAtomic(join(directory, name), content);

  await write("model.onnx", bytes);
  for (const [index, [name, value]] of Object.entries(failing.inputs).entries()) {
    await write(`test_data_set_0/input_${index}.pb`, tensorFile(name, value));
  }
  await write("test_data_set_0/output_0.pb", tensorFile(output, right));
  await write("repro.mjs", nodeScript({ ...facts, provider: venue.node }));
  const page = { ...facts, title, version, model: bytes, inputs: failing.inputs, expected: right };
  await write("repro.html", htmlPage({ ...page, ...venue.web }));
  await write("serve.mjs", SERVE_SCRIPT);
  await writeJson(join(directory, "package.json"), packageJson(version));
  const machine = `${platform()} ${release()} ${arch()}, Node ${process.versions.node}`;
  const { versions, adapter, driver, runtime, browser } = cell;
  await writeJson(join(directory, "versions.json"), {
    runtime,
    browser,
    versions,
    adapter,
    driver,
    platform: machine,
    cure: cure?.options ?? null,
  });

  const run: ReproRun = await { node: runInNode, web: runInPage }[venue.shownIn](
    directory,
    venue,
    job.timeoutMs,
  );
  const issue = {
    failing,
    cell,
    provider,
    build: runtimeDefinition(runtime).description,
    oracle: oracle.name,
    said: run.said,
    fails: run.fails,
    platform: machine,
    cure,
  };
  await write("ISSUE.md", issueText(issue));
  return { directory, nodes: failing.nodes.map(({ node }) => node), ...run };
}

/** A TensorProto with `raw_data`, which is all that the script reads. */
function tensorFile(name: string, value: Tensor): Uint8Array {
  return toBinary(TensorProtoSchema, makeTensor(name, value));
}

async function checkFolder(directory: string): Promise<void> {
  if (!existsSync(directory)) return;
  const others = (await readdir(directory)).filter(
    (name) => !FILES.includes(name) && !INSTALLED.includes(name) && !LEFT.test(name),
  );
  if (others.length === 0) return;
  throw new CongruentError({
    code: "E_REPRO_FOLDER",
    what: `${directory} holds other files: ${others.slice(0, 3).join(", ")}`,
    expected: "a folder that is not there yet, or an earlier repro",
    fix: "name another one: --repro DIR",
  });
}
