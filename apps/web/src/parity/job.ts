import {
  CongruentError,
  checked,
  messageOf,
  type Tensor,
  tensorBytes,
  tensorFromBytes,
} from "@congruent/core";
import { resultUrl, type WebJob, type WebJobResult, webJobSchema } from "@congruent/parity/web-job";
import { load } from "@congruent/runtime";
import { bytesOf, fetched, jsonOf } from "../shared/fetched.js";
import { ownAddress } from "../shared/own-address.js";
import { runBatches } from "./run-batches.js";

/** What the page shows of a job. */
export interface JobProgress {
  job: WebJob | null;
  step: "fetching" | "loading" | "running" | "posting" | "done";
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
  for (const named of [job.model, job.results, ...job.inputs.map(({ url }) => url)]) ownAddress(named);
  tell({ job });
  const result = await attempt(job, tell);
  await own(job.results, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(result),
  });
  tell({ step: "done" });
  return result;
}

/** A redirection to another origin is refused too: none of the runner's addresses redirects. */
function own(address: string, init: RequestInit = {}): Promise<Response> {
  return fetched(ownAddress(address), { ...init, redirect: "error" });
}

async function attempt(job: WebJob, tell: (change: Partial<JobProgress>) => void): Promise<WebJobResult> {
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
    tell({ step: "running" });
    const { outputs, seconds, runs } = await runBatches(model, inputs, job.batching, (done, total) =>
      tell({ done, total }),
    );
    const { versions, adapter } = model;
    const placed = profile ? { placed: await model.placement() } : {};
    // Closed only after success: closing a failed model may fail or hang, and its error must be posted before. The page does only this job.
    await model.close();
    tell({ step: "posting" });
    for (const [name, output] of Object.entries(outputs)) {
      await own(resultUrl(job.results, name, output), { method: "POST", body: tensorBytes(output) });
    }
    return {
      ok: true,
      versions: { ...versions },
      adapter,
      seconds,
      timings: { load: loaded, runs },
      ...placed,
    };
  } catch (error) {
    return error instanceof CongruentError
      ? { ok: false, code: error.code, message: error.what, fix: error.fix ?? null }
      : { ok: false, code: "E_UNEXPECTED", message: messageOf(error) };
  }
}
