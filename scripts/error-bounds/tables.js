const quantile = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];

function summary(rows) {
  const sorted = rows
    .map((each) => each.looseness)
    .filter((each) => Number.isFinite(each))
    .sort((a, b) => a - b);
  return {
    count: rows.length,
    sorted,
    median: quantile(sorted, 0.5),
    high: quantile(sorted, 0.95),
    least: sorted[0],
    most: sorted.at(-1),
  };
}

const number = (x) => (x === undefined ? "" : String(Number(x.toPrecision(2))));

function table(title, rows, key) {
  const groups = Map.groupBy ? Map.groupBy(rows, key) : grouped(rows, key);
  const lines = [...groups]
    .map(([name, members]) => [name, summary(members)])
    .sort((a, b) => (b[1].median ?? 0) - (a[1].median ?? 0));
  console.log(`\n| ${title} | values | median | 95 % | largest | least |`);
  console.log("| --- | ---: | ---: | ---: | ---: | ---: |");
  for (const [name, { count, median, high, most, least }] of lines) {
    if (median !== undefined)
      console.log(
        `| ${name} | ${count} | ${number(median)} | ${number(high)} | ${number(most)} | ${number(least)} |`,
      );
  }
}

function grouped(rows, key) {
  const groups = new Map();
  for (const row of rows) groups.set(key(row), [...(groups.get(key(row)) ?? []), row]);
  return groups;
}

/** By operator, by kind of model, and all outputs together; then what no honest runtime may be: outside. */
export function printTables(rows) {
  const [outputs, nodes] = ["output", "node"].map((scope) => rows.filter((each) => each.scope === scope));
  table("operator, by itself", nodes, (each) => each.opType);
  table("outputs of", outputs, (each) => each.kind);
  table("all", outputs, () => "outputs");
  const samples = outputs.reduce((sum, each) => sum + each.samples, 0);
  const outside = rows.filter((each) => each.violations > 0);
  console.log(
    `\n${samples} samples of ${outputs.length} outputs; outside their bound: ${outside.length}; without a bound: ${outputs.filter((each) => each.unbounded > 0).length}`,
  );
  for (const each of outside)
    console.log(
      `  ${each.scope} ${each.name} (${each.opType}, ${each.runtime}): ${each.reason}; ${each.why}`,
    );
}

/** Faults planted at their size and at parts of it, and how many lie outside a bound. */
export function printPlanted(counts) {
  console.log("\n| size | faults | outside the node's own bound | outside at the model's outputs |");
  console.log("| ---: | ---: | ---: | ---: |");
  for (const { share, faults, byItself, atOutputs } of counts)
    console.log(`| ${share} | ${faults} | ${byItself} | ${atOutputs} |`);
}
