import type { Environment } from "@congruent/core/schemas";
import { DataTable } from "../components/data-table.js";
import { Facts } from "../components/facts.js";
import { Section } from "../components/section.js";
import { formatPlural } from "../formats/numbers.js";
import { formatRewrites } from "../formats/rewrites.js";
import type { ModelReportData } from "./model-report-data.js";

/** Where the model comes from: file, data, machine, versions, recipe. */
export function Provenance({ data }: { data: ModelReportData }) {
  const { card, modelSha256, environment } = data;
  const recipe = data.recipe ?? card.recipe ?? null;
  const { name, height, width, channels, range } = card.input;
  const input = `${name}: float32 [batch, ${height}, ${width}, ${channels}], ${range[0]} to ${range[1]}`;
  const versions = { ...card.versions, ...environment?.versions };
  return (
    <Section id="provenance" title="Provenance" lead="What it takes to get this model again, and to know it.">
      <Facts
        facts={[
          { name: "input", value: input },
          { name: "outputs", value: card.outputs.join(", ") },
          { name: "classes", value: card.labels.join(", ") },
          { name: "data set", value: `${card.dataset.name}, license ${card.dataset.license}` },
          ...(card.rewrites ? [{ name: "rewritten", value: formatRewrites(card.rewrites) }] : []),
        ]}
      />
      <h3>Files</h3>
      <DataTable
        caption="SHA-256 of the model and of each unpacked file of the data set"
        columns={[{ title: "file" }, { title: "SHA-256", code: true }]}
        rows={[["model.onnx", modelSha256], ...Object.entries(card.dataset.sha256)]}
      />
      <h3>Trained on</h3>
      {environment ? (
        <Facts facts={environmentFacts(environment)} />
      ) : (
        <p class="cg-muted">The environment of the training was not recorded.</p>
      )}
      <h3>Versions</h3>
      <DataTable
        caption="Tools that trained and exported the model"
        columns={[{ title: "tool" }, { title: "version" }]}
        rows={Object.entries(versions)}
      />
      <h3>Recipe</h3>
      {recipe ? (
        <details class="cg-details">
          <summary>{recipe.name}: the run as data</summary>
          <pre class="cg-code">{JSON.stringify(recipe, null, 2)}</pre>
        </details>
      ) : (
        <p class="cg-muted">This model carries no recipe.</p>
      )}
    </Section>
  );
}

function environmentFacts({ engine, device, seed, platform, cpu, cores, dataset }: Environment) {
  const split = [
    formatPlural(dataset.train, "training image"),
    `${formatPlural(dataset.validation, "image")} for validation`,
    formatPlural(dataset.test, "test image"),
  ];
  return [
    { name: "engine", value: `${engine} on ${device}` },
    { name: "machine", value: `${platform}, ${cpu}, ${formatPlural(cores, "core")}` },
    { name: "seed", value: String(seed) },
    { name: "data", value: split.join(", ") },
  ];
}
