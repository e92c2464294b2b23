import {
  CongruentError,
  checked,
  messageOf,
  type Tensor,
  tensorBytes,
  tensorFromBytes,
} from "@congruent/core";
import { runInParts } from "@congruent/parity/run-in-parts";
import {
  resultUrl,
  type WebJob,
  type WebJobPart,
  type WebJobResult,
  webJobSchema,
} from "@congruent/parity/web-job";
import { load } from "@congruent/runtime";
import { bytesOf, fetched, jsonOf } from "../shared/fetched.js";
import { ownAddress } from "../shared/own-address.js";
import { sampleCount } from "./sample-count.js";

/** What the page shows of a job. */
export interface JobProgress {
  job: WebJob | null;
  step: "fetching" | "loading" | "running" | "done";
  done: number;
  total: number;
}

/**
 * Does one job of a parity runner, with the same code as the page that people open: fetch, run, post.
 *
 * @param address where the job's JSON lies; it and all that the job names must be on the page's own origin
 * @returns what was posted last; a model that fails is an answer too, and is posted like any other
 * @throws CongruentError `E_FOREIGN_ADDRESS` for another origin, before anything is fetched from or posted to it; as fetching does if the job cannot be read or its results cannot be posted: then the server gets no result.
 */
export async function runJob(
  address: string,
  onProgress: (progress: JobProgress) => void,
): Promise<WebJobResult> {
  let progress: JobProgress = { job: null, step: "fetching", done: 0, total: 0 };
  const tell = (change: Partial<JobProgress>) => {
    progress = { ...progress, ...change };
    onProgress(progress);
  };
  tell({});
  const job = checked(await jsonOf(await own(address)), webJobSchema, address);
  // Refused as a whole, so that a job that asks for both does not begin with what is allowed.
  for (const named of [job.model, job.parts, job.results, ...job.inputs.map(({ url }) => url)])
    ownAddress(named);
  tell({ job });
  const result = await attempt(job, tell);
  await postJson(job.results, result);
  tell({ step: "done" });
  return result;
}

async function postJson(address: string, body: WebJobPart | WebJobResult): Promise<void> {
  const headers = { "Content-Type": "application/json" };
  await own(address, { method: "POST", headers, body: JSON.stringify(body) });
}

/** A redirection to another origin is refused too: none of the runner's addresses redirects. */
function own(address: string, init: RequestInit = {}): Promise<Response> {
  return fetched(ownAddress(address), { ...init, redirect: "error" });
}

async function attempt(job: WebJob, tell: (change: Partial<JobProgress>) => void): Promise<WebJobResult> {
  const start = performance.now();
  try {
    const inputs: Record<string, Tensor> = {};
    for (const { name, dtype, dims, url } of job.inputs) {
      inputs[name] = tensorFromBytes(await bytesOf(await own(url)), dtype, dims);
    }
    const bytes = await bytesOf(await own(job.model));
    tell({ step: "loading" });
    const { runtime, threads, optimization, profile, session } = job;
    const begin = performance.now();
    const model = await load(bytes, { runtime, threads, optimization, profile, ...(session && { session }) });
    const loaded = performance.now() - begin;
    tell({ step: "running", total: job.batching.mode === "once" ? 1 : sampleCount(inputs) });
    const { growWithinMs } = job;
    const left = growWithinMs === undefined ? undefined : () => start + growWithinMs - performance.now();
    const { versions, adapter } = model;
    let done = 0;
    let seconds = 0;
    await runInParts(
      (batch) => model.run(batch),
      inputs,
      { batching: job.batching, left },
      async (part) => {
        const { outputs, samples, milliseconds } = part;
        for (const [name, output] of Object.entries(outputs)) {
          await own(resultUrl(job.results, name, output), { method: "POST", body: tensorBytes(output) });
        }
        // Of the first run alone; told at once, as there may be no time for another part.
        const placed = profile ? { placed: await model.placement() } : {};
        await postJson(job.parts, {
          samples,
          milliseconds,
          load: loaded,
          versions: { ...versions },
          adapter,
          ...placed,
        });
        done += samples;
        seconds += milliseconds / 1000;
        tell({ done });
      },
    );
    // Closed only after success: closing a failed model may fail or hang, and its error must be posted before. The page does only this job.
    await model.close();
    return { ok: true, seconds };
  } catch (error) {
    return error instanceof CongruentError
      ? { ok: false, code: error.code, message: error.what, fix: error.fix ?? null }
      : { ok: false, code: "E_UNEXPECTED", message: messageOf(error) };
  }
}
