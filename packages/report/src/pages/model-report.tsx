import { MistakesGrid } from "../components/mistakes-grid.js";
import { ParityMatrix } from "../components/parity-matrix.js";
import { PictureGrid } from "../components/picture-grid.js";
import { Section } from "../components/section.js";
import { curves } from "../figures/curves.js";
import { formatPercent, formatPlural, formatSeconds } from "../formats/numbers.js";
import { pictureDataUrl } from "../pictures/picture.js";
import { renderDocument } from "./document.js";
import { mistakesLead, Scores, shownMistakes } from "./evaluation-parts.js";
import { FigureView } from "./figure-view.js";
import { FitSection } from "./fit-section.js";
import { ModelHeader } from "./model-header.js";
import type { ModelReportData } from "./model-report-data.js";
import { Probabilities } from "./probability-parts.js";
import { Provenance } from "./provenance.js";

/**
 * Everything about one model as one HTML file that loads nothing: samples, curves, scores, confusions, mistakes, the
 * parity matrix and where the model comes from. Equal data gives equal bytes.
 *
 * @throws CongruentError `E_PICTURE_SHAPE` for a picture that is not uint8 [height, width, 1|3].
 */
export function renderModelReport(data: ModelReportData): string {
  const { card, evaluation } = data;
  return renderDocument({
    title: `${card.name}: model report`,
    description: card.description,
    children: (
      <>
        <ModelHeader data={data} />
        <main id="content">
          <Samples data={data} />
          {data.fit ? (
            <FitSection fit={data.fit} agreement={data.agreement ?? null} />
          ) : (
            <Training data={data} />
          )}
          {evaluation ? (
            <>
              <Scores evaluation={evaluation} />
              <Probabilities evaluation={evaluation} />
              <Mistakes data={data} total={evaluation.mistakes.length} />
            </>
          ) : (
            <Section id="scores" title="Scores" lead="This model has not been evaluated." />
          )}
          <Parity data={data} />
          <Provenance data={data} />
        </main>
        <footer class="cg-footer">
          <p>Written by Congruent. This page holds everything it shows and loads nothing.</p>
        </footer>
      </>
    ),
  });
}

function Samples({ data: { card, samples } }: { data: ModelReportData }) {
  const { height, width, channels } = card.input;
  const kind = `${height}×${width} ${channels === 1 ? "gray" : "color"} images of ${card.dataset.name}`;
  if (samples.length === 0) return <Section id="samples" title="Samples" lead="No samples were given." />;
  const pictures = samples.map(({ picture, label }) => ({ src: pictureDataUrl(picture), label }));
  return (
    <Section id="samples" title="Samples" lead={`What the model sees: ${kind}, each with its label.`}>
      <PictureGrid pictures={pictures} />
    </Section>
  );
}

function Training({ data: { epochs } }: { data: ModelReportData }) {
  const last = epochs.at(-1);
  if (!last) {
    return <Section id="training" title="Training" lead="No log of the training was given." />;
  }
  const seconds = epochs.reduce((sum, log) => sum + log.seconds, 0);
  const spent = `${formatPlural(epochs.length, "epoch")} in ${formatSeconds(seconds)}, ${formatPlural(Math.round(last.examplesPerSecond), "example")} per second.`;
  const reached = [
    ...(last.accuracy === undefined ? [] : [`${formatPercent(last.accuracy)} in training`]),
    ...(last.valAccuracy === undefined ? [] : [`${formatPercent(last.valAccuracy)} in validation`]),
  ];
  const end = reached.length > 0 ? `Accuracy at the end: ${reached.join(", ")}.` : "";
  return (
    <Section id="training" title="Training" lead={`${spent} ${end}`}>
      <div class="cg-figures">
        <FigureView figure={curves({ epochs, metric: "loss" })} />
        <FigureView figure={curves({ epochs, metric: "accuracy" })} />
      </div>
    </Section>
  );
}

function Mistakes({ data: { mistakes, card }, total }: { data: ModelReportData; total: number }) {
  const lead = mistakesLead(total, mistakes.length);
  return (
    <Section id="mistakes" title="Mistakes" lead={lead}>
      {mistakes.length > 0 && <MistakesGrid mistakes={shownMistakes(mistakes, card.labels)} />}
    </Section>
  );
}

function Parity({ data: { parity, flipPictures = [], card } }: { data: ModelReportData }) {
  if (!parity) {
    const lead = "This model has not been compared across runtimes.";
    return <Section id="parity" title="Parity" lead={lead} />;
  }
  const pictures = new Map(flipPictures.map(({ sample, picture }) => [sample, pictureDataUrl(picture)]));
  const inputs = `${formatPlural(parity.inputs.samples, "input")} from ${parity.inputs.source}`;
  return (
    <Section id="parity" title="Parity" lead={`${sentence(parity.because)} Compared on ${inputs}.`}>
      <ParityMatrix report={parity} labels={card.labels} pictures={pictures} />
    </Section>
  );
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
