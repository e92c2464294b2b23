import type { WebJobResult } from "@congruent/parity/web-job";
import { formatCount, formatSeconds } from "@congruent/report/components";
import { useEffect, useState } from "preact/hooks";
import { Page } from "../shared/Page.js";
import { Problem } from "../shared/Problem.js";
import { type JobProgress, runJob } from "./job.js";

const STEPS: Readonly<Record<JobProgress["step"], string>> = {
  fetching: "Fetching the job, its inputs and the model …",
  loading: "Loading the model …",
  running: "Running …",
  done: "Done",
};

/** The page that a headless runner opens: one job, from its address to the posted results. */
export function JobPage({ address }: { address: string }) {
  const [progress, setProgress] = useState<JobProgress>({ job: null, step: "fetching", done: 0, total: 0 });
  const [result, setResult] = useState<WebJobResult | null>(null);
  const [error, setError] = useState<unknown>(null);

  useEffect(() => {
    runJob(address, setProgress).then(setResult, setError);
  }, [address]);

  const { job, step, done, total } = progress;
  return (
    <Page current="parity" title="Parity job" lead="A parity runner drives this page and reads its results.">
      <section class="card job" data-step={error === null ? step : "failed"}>
        <p role="status">{error === null ? STEPS[step] : "Failed"}</p>
        <progress max={Math.max(total, 1)} value={done} aria-label="Samples done" />
        <dl class="facts">
          <dt>Runtime</dt>
          <dd>{job ? `${job.runtime}, ${job.threads} thread${job.threads === 1 ? "" : "s"}` : "–"}</dd>
          <dt>Samples</dt>
          <dd>{total > 0 ? `${formatCount(done)} of ${formatCount(total)}` : "–"}</dd>
          <dt>Time in the model</dt>
          <dd>{result?.ok ? formatSeconds(result.seconds) : "–"}</dd>
        </dl>
        {result?.ok === false && (
          <p class="job-refusal">
            <code>{result.code}</code> {result.message}
          </p>
        )}
        {error !== null && <Problem error={error} />}
      </section>
    </Page>
  );
}
