import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CongruentError, median, type RuntimeId, whatOf } from "@congruent/core";
import { temporaryFolder } from "@congruent/core/files";
import type { ExportBench, ExportBenchNetwork, ExportGraph, ExportTime } from "@congruent/core/schemas";
import { type ConvertClassifierOptions, convertClassifier, type Draft } from "@congruent/exporter";
import { encodeModel } from "@congruent/onnx";
import { runnerOf } from "@congruent/parity";
import { loadTensorFlow } from "@congruent/toolchain";
import { architecture, architectures, networkOf } from "@congruent/zoo";
import type { GraphFile, GraphTimer } from "./graph-timer.js";
import { load, machineFacts } from "./machine.js";
import { measureGraphs } from "./measure-graphs.js";
import { timedByRunner } from "./timed-by-runner.js";
import { timedInNode } from "./timed-in-node.js";

export interface BenchExportOptions {
  /** Names of the zoo. Default: all. */
  networks?: readonly string[] | undefined;
  /** Turns of each graph on each runtime; 0 leaves latencies out. Default: 10. */
  rounds?: number;
  /** How often each exporter exports. Default: 3. */
  exportRounds?: number;
  /** Where the graphs are timed. Default: node-cpu and, in Chromium, web-wasm. */
  runtimes?: readonly RuntimeId[] | undefined;
  /** Folder of the built apps/web, which web-wasm needs. */
  webApp?: string | undefined;
  /** Of each process. Default: 300,000. */
  timeoutMs?: number;
  onProgress?: (text: string) => void;
  /** In place of `runtimes`, for tests. */
  timers?: readonly GraphTimer[];
  /** Others are for tests. */
  convert?: typeof convertClassifier;
}

/** Of the labels; the numbers of a classifier's last layer. */
const CLASSES = 10;
const SEED = 42;
const TIMEOUT_MS = 300_000;
/** What is compared with what. */
const PAIRS = [
  ["native", "tf2onnx"],
  ["native", "plain"],
] as const;

/**
 * Times the export of the zoo's networks, natively and by tf2onnx, taking turns, and the graphs that come of it: each one's latency for one sample as
 * a part of tf2onnx's, and of what it would be without the rewrites for portability. Weights are untrained, inputs are noise: neither changes what is computed.
 *
 * @throws CongruentError `E_ARCHITECTURE` for a network that is not in the zoo
 */
export async function benchExport(options: BenchExportOptions): Promise<ExportBench> {
  const { networks = Object.keys(architectures), rounds = 10, exportRounds = 3 } = options;
  for (const name of networks) architecture(name);
  const before = load();
  const measured: ExportBenchNetwork[] = [];
  for (const network of networks) measured.push(await ofNetwork(network, options));
  return {
    schema: "congruent/export-bench@1",
    machine: machineFacts(before),
    settings: { rounds, exportRounds },
    networks: measured,
  };
}

async function ofNetwork(network: string, options: BenchExportOptions): Promise<ExportBenchNetwork> {
  const tf = await loadTensorFlow({ device: "cpu" });
  const model = networkOf({ architecture: network, seed: SEED }).build(tf, { classes: CLASSES });
  const folder = await temporaryFolder("bench-export");
  const tell = (text: string) => options.onProgress?.(`${network}: ${text}`);
  try {
    const { exports, drafts } = await exportTimes({ tf, model, tell, ...options });
    const files: (ExportBenchNetwork["files"][number] & GraphFile)[] = [];
    for (const [graph, draft] of drafts) {
      const bytes = encodeModel(draft.model);
      const path = join(folder, `${graph}.onnx`);
      await writeFile(path, bytes);
      files.push({ graph, path, bytes: bytes.length, nodes: draft.model.graph?.node.length ?? 0 });
    }
    const sampleDims = (model.inputs[0]?.shape ?? []).slice(1).map(Number);
    const { rounds = 10, webApp = null, timeoutMs = TIMEOUT_MS } = options;
    const { runtimes: ids = ["node-cpu", "web-wasm"] } = options;
    const { timers = ids.map((id) => timerOf(id, { webApp, timeoutMs })) } = options;
    const runtimes: ExportBenchNetwork["runtimes"] = [];
    for (const timer of rounds === 0 ? [] : timers) {
      tell(`latency on ${timer.runtime}`);
      const pairs = PAIRS.filter((pair) => pair.every((graph) => drafts.has(graph)));
      runtimes.push(await measureGraphs({ timer, graphs: files, pairs, rounds, sampleDims }));
    }
    return {
      network,
      parameters: model.countParams(),
      rewritten: rewrittenIn(drafts.get("native")),
      files: files.map(({ path: _, ...file }) => file),
      exports,
      runtimes,
    };
  } finally {
    model.dispose();
    await rm(folder, { recursive: true, force: true });
  }
}

/** What runs in Node shares this process but where it needs an environment of its own, such as a GPU's. */
function timerOf(id: RuntimeId, how: Parameters<typeof timedByRunner>[1]): GraphTimer {
  return id === "node-cpu" ? timedInNode(id) : timedByRunner(runnerOf(id), how);
}

/** Lets both exporters take turns; the last draft of each, and one without rewrites where there are any. */
async function exportTimes({
  tf,
  model,
  tell,
  exportRounds = 3,
  timeoutMs = TIMEOUT_MS,
  convert = convertClassifier,
}: BenchExportOptions & {
  tf: ConvertClassifierOptions["tf"];
  model: ConvertClassifierOptions["model"];
  tell: (text: string) => void;
}) {
  const exports = (["native", "tf2onnx"] as const).map(newTime);
  const drafts = new Map<ExportGraph, Draft>();
  for (let round = 0; round < exportRounds; round++) {
    for (const time of exports) {
      const { via } = time;
      tell(`export by ${via}, round ${round + 1} of ${exportRounds}`);
      await timed(time, async () => {
        const draft = await convert({ tf, model, via, portable: via === "native", timeoutMs });
        encodeModel(draft.model);
        drafts.set(via, draft);
      });
    }
  }
  if (rewrittenIn(drafts.get("native")).length > 0) {
    drafts.set("plain", await convert({ tf, model, via: "native", portable: false }));
  }
  for (const time of exports) if (time.reason === null) time.milliseconds = median(time.rounds);
  return { exports, drafts };
}

function rewrittenIn(draft: Draft | undefined): string[] {
  return draft?.rewrites?.flatMap(({ nodes }) => nodes) ?? [];
}

function newTime(via: ExportTime["via"]): ExportTime {
  return { via, rounds: [], milliseconds: null, reason: null };
}

/** What fails once is not tried again. */
async function timed(time: ExportTime, work: () => Promise<void>): Promise<void> {
  if (time.reason !== null) return;
  const start = performance.now();
  try {
    await work();
    time.rounds.push(performance.now() - start);
  } catch (error) {
    if (!(error instanceof CongruentError)) throw error;
    time.reason = whatOf(error);
  }
}
