import { formatCount, formatRewrites, formatVersions } from "@congruent/report/components";
import type { Card } from "@congruent/runtime";
import type { ModelEntry } from "../shared/model-index.js";

/** What is known of the model: the card inside the file, and the file itself. */
export function CardDetails({ card, entry }: { card: Card; entry: ModelEntry }) {
  const { input, dataset } = card;
  const shape = `[batch, ${input.height}, ${input.width}, ${input.channels}]`;
  const [low, high] = input.range;
  return (
    <dl class="facts">
      <dt>Model</dt>
      <dd>
        {card.name}: {card.description}
      </dd>
      <dt>Input</dt>
      <dd>
        <code>
          {input.name} float32 {shape}
        </code>
        , raw {low} to {high}
        {input.foreground === "light" && ", light strokes on dark"}
        {input.foreground === "dark" && ", dark strokes on light"}
      </dd>
      <dt>Outputs</dt>
      <dd>
        <code>{card.outputs.join(", ")}</code>
      </dd>
      <dt>Labels</dt>
      <dd>{card.labels.join(", ")}</dd>
      <dt>Data set</dt>
      <dd>
        {dataset.name} ({dataset.license})
      </dd>
      <dt>File</dt>
      <dd>
        {formatCount(entry.bytes)} bytes, SHA-256 <code class="hash">{entry.sha256}</code>
      </dd>
      {card.rewrites && card.rewrites.length > 0 && (
        <>
          <dt>Rewritten</dt>
          <dd>{formatRewrites(card.rewrites)}</dd>
        </>
      )}
      <dt>Made with</dt>
      <dd>{formatVersions(card.versions)}</dd>
    </dl>
  );
}
