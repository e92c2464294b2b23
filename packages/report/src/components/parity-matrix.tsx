import { cellName, type ParityReport } from "@congruent/core/schemas";
import { type ParityNote, type ParityRow, parityOutputNames, parityRows } from "../tables/parity-rows.js";
import { StatusBadge } from "./badge.js";
import { Flips } from "./flips.js";
import { Scroller } from "./scroller.js";

export interface ParityMatrixProps {
  report: Pick<ParityReport, "baseline" | "cells">;
  labels?: readonly string[] | undefined;
  /** Picture addresses by sample, for flipped decisions. */
  pictures?: ReadonlyMap<number, string> | undefined;
}

/** Every runtime against the baseline: a row each, why a row is not green below it, then bounds and flips. */
export function ParityMatrix({ report, labels, pictures }: ParityMatrixProps) {
  const rows = parityRows(report);
  const names = parityOutputNames(rows);
  const withReference = rows.some((row) => row.reference !== "");
  return (
    <div class="cg-parity">
      <Scroller label="Parity matrix">
        <table class="cg-table cg-matrix">
          <caption>Largest absolute difference from {report.baseline}, and its bound</caption>
          <thead>
            <tr>
              <th scope="col">runtime</th>
              <th scope="col">status</th>
              <th scope="col" class="cg-number">
                samples
              </th>
              {names.map((name) => (
                <th key={name} scope="col" class="cg-number">
                  {name}
                  <small>max |Δ| / bound</small>
                </th>
              ))}
              {withReference && (
                <th scope="col" class="cg-number">
                  reference
                  <small>max |Δ|</small>
                </th>
              )}
              <th scope="col" class="cg-number">
                flips
              </th>
            </tr>
          </thead>
          {rows.map((row) => (
            <Cells key={row.runtime} row={row} names={names} withReference={withReference} />
          ))}
        </table>
      </Scroller>
      <Bounds rows={rows} />
      {report.cells.map((cell) => (
        <Flips key={cellName(cell)} cell={cell} labels={labels} pictures={pictures} />
      ))}
    </div>
  );
}

interface CellsProps {
  row: ParityRow;
  names: readonly string[];
  withReference: boolean;
}

function Cells({ row, names, withReference }: CellsProps) {
  const below = [row.versions, row.adapter, row.settings].filter((text) => text !== "");
  return (
    <tbody class={`cg-row-${row.status}`}>
      <tr>
        <th scope="row">
          {row.runtime}
          {row.baseline && <em class="cg-tag">baseline</em>}
          {below.map((text) => (
            <small key={text}>{text}</small>
          ))}
        </th>
        <td>
          <StatusBadge status={row.status} />
        </td>
        <td class="cg-number">
          {row.samples || "–"}
          {row.seconds && <small>{row.seconds}</small>}
        </td>
        {names.map((name) => (
          <Output key={name} row={row} name={name} />
        ))}
        {withReference && <td class="cg-number">{row.reference || "–"}</td>}
        <td class="cg-number">{row.flips || "–"}</td>
      </tr>
      {row.notes.length > 0 && (
        <tr class="cg-note-row">
          <td colSpan={(withReference ? 5 : 4) + names.length}>
            <dl class="cg-notes">
              {row.notes.map((note) => (
                <div key={note.kind}>
                  <dt>{note.title}</dt>
                  <dd>
                    <NoteText note={note} />
                  </dd>
                </div>
              ))}
            </dl>
          </td>
        </tr>
      )}
    </tbody>
  );
}

function Output({ row, name }: { row: ParityRow; name: string }) {
  const output = row.outputs.find((each) => each.name === name);
  if (!output) return <td class="cg-number">–</td>;
  return (
    <td class="cg-number">
      <span class={output.within ? "" : "cg-beyond"}>{output.observed}</span>
      <span class="cg-muted"> / {output.bound}</span>
      {output.ulp && <small>{output.ulp} ulp</small>}
      {!output.within && <small class="cg-beyond">beyond its bound</small>}
    </td>
  );
}

function NoteText({ note }: { note: ParityNote }) {
  // A ledger is a file that people write: only web addresses become links.
  if (note.kind === "link" && /^https?:\/\//i.test(note.text)) {
    return (
      <a href={note.text} rel="noreferrer">
        {note.text}
      </a>
    );
  }
  return note.kind === "fix" ? <code>{note.text}</code> : <span>{note.text}</span>;
}

/** Where each bound comes from, said once however many runtimes share it. */
function Bounds({ rows }: { rows: readonly ParityRow[] }) {
  const groups = new Map<string, { name: string; bound: string; why: string; runtimes: string[] }>();
  for (const row of rows) {
    if (row.baseline) continue;
    for (const { name, bound, why } of row.outputs) {
      const key = JSON.stringify([name, bound, why]);
      const group = groups.get(key) ?? { name, bound, why, runtimes: [] };
      group.runtimes.push(row.runtime);
      groups.set(key, group);
    }
  }
  if (groups.size === 0) return null;
  return (
    <div class="cg-bounds">
      <h3>Where the bounds come from</h3>
      <dl class="cg-notes">
        {[...groups.entries()].map(([key, group]) => (
          <div key={key}>
            <dt>
              {group.name} ≤ {group.bound}
            </dt>
            <dd>
              {group.why} <span class="cg-muted">({group.runtimes.join(", ")})</span>
            </dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
