import { runtimeId } from "@congruent/core";
import type { ParityReport } from "@congruent/core/schemas";
import { Facts, formatCount, formatPlural, ParityMatrix, VerdictBadge } from "@congruent/report/components";
import { useState } from "preact/hooks";
import type { ModelEntry } from "../shared/model-index.js";
import { Problem } from "../shared/Problem.js";
import { wasmThreads } from "../shared/runtimes.js";
import { useAsync } from "../shared/use-async.js";
import { flippedPictures } from "./flipped-pictures.js";
import { type GoldenCheck, goldenCheck } from "./golden-check.js";

/**
 * One run of the check: progress while it lasts, then verdict, matrix and where it ran. It stays on the page from check to check, as readers
 * of the screen are told only what changes in a status that was there before.
 */
export function Check({ entry, run }: { entry: ModelEntry; run: number }) {
  const [step, setStep] = useState("");
  const outcome = useAsync(`${entry.name} ${run}`, (signal) =>
    goldenCheck(entry, { signal, onStep: (told) => !signal.aborted && setStep(told) }),
  );
  const state = outcome.state === "done" ? outcome.value.report.verdict : outcome.state;

  return (
    <section class="card check" data-state={state} aria-busy={outcome.state === "loading"}>
      {outcome.state !== "failed" && (
        <div class="verdict-row" role="status">
          {outcome.state === "loading" ? (
            <p class="note">{step}</p>
          ) : (
            <Verdict report={outcome.value.report} />
          )}
        </div>
      )}
      {outcome.state === "failed" && <Problem error={outcome.error} />}
      {outcome.state === "done" && <Findings check={outcome.value} entry={entry} />}
    </section>
  );
}

function Verdict({ report }: { report: ParityReport }) {
  return (
    <>
      <VerdictBadge report={report} />
      <p>{report.because}</p>
    </>
  );
}

function Findings({ check, entry }: { check: GoldenCheck; entry: ModelEntry }) {
  const { report, card, passport } = check;
  const recorded = passport.parity.cells.map((cell) => `${runtimeId(cell)} ${cell.status}`).join(", ");
  return (
    <>
      <ParityMatrix
        report={report}
        {...(card ? { labels: card.labels, pictures: flippedPictures(check, card) } : {})}
      />
      <Facts
        facts={[
          { name: "model", value: `${entry.name}, ${formatCount(entry.bytes)} bytes` },
          { name: "sha256", value: report.model.sha256 },
          {
            name: "inputs",
            value: `${report.inputs.source}, ${formatPlural(report.inputs.samples, "sample")}`,
          },
          { name: "when promoted", value: `parity ${passport.parity.verdict}: ${recorded}` },
          { name: "wasm threads", value: threads() },
          { name: "browser", value: navigator.userAgent },
        ]}
      />
    </>
  );
}

function threads(): string {
  const count = wasmThreads();
  return crossOriginIsolated ? String(count) : `${count}: the server sends no COOP and COEP headers`;
}
