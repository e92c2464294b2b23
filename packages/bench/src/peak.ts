import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { messageOf } from "@congruent/core";
import { temporaryFolder } from "@congruent/core/files";
import type { TrainBench } from "@congruent/core/schemas";
import { pythonWorker } from "./contenders/python-worker.js";
import { Worker } from "./worker.js";

const SIZE = 2048;
const PRODUCTS = 10;
const LIBRARIES = ["torch", "tensorflow"] as const;

interface Library {
  library: string;
  gflops: number[];
  reason: string | null;
  worker: Worker | null;
}

/** The highest rate of float32 products of matrices that a library reaches on this machine. */
export class Peak {
  readonly #libraries: Library[] = [];
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** Starts what measures; a library that does not start is reported with its reason. */
  static async start(threads: number, timeoutMs: number): Promise<Peak> {
    const peak = new Peak(await temporaryFolder("peak"));
    for (const library of LIBRARIES) {
      const entry: Library = { library, gflops: [], reason: null, worker: null };
      peak.#libraries.push(entry);
      const jobFile = join(peak.#folder, `${library}.json`);
      await writeFile(jobFile, JSON.stringify({ library, size: SIZE, threads }));
      try {
        entry.worker = (await Worker.start(pythonWorker("gemm_worker.py", jobFile), timeoutMs)).worker;
      } catch (error) {
        entry.reason = messageOf(error);
      }
    }
    return peak;
  }

  /** One turn of every library. */
  async measure(timeoutMs: number): Promise<void> {
    for (const entry of this.#libraries) {
      if (!entry.worker) continue;
      try {
        const { milliseconds } = await entry.worker.steps(PRODUCTS, timeoutMs);
        entry.gflops.push((PRODUCTS * 2 * SIZE ** 3) / milliseconds / 1e6);
      } catch (error) {
        entry.reason = messageOf(error);
        entry.worker = null;
      }
    }
  }

  async end(): Promise<TrainBench["peak"]> {
    await Promise.all(this.#libraries.map(({ worker }) => worker?.end()));
    await rm(this.#folder, { recursive: true, force: true });
    const all = this.#libraries.flatMap(({ gflops }) => gflops);
    return {
      gflops: all.length === 0 ? null : Math.max(...all),
      libraries: this.#libraries.map(({ library, gflops, reason }) => ({ library, gflops, reason })),
    };
  }
}
