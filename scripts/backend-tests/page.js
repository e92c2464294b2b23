/** docs/backend-tests.md, made from docs/backend-tests.json alone. */
import { explanationOf } from "./explanations.js";

/** @typedef {{ status: string, reason?: string }} Result */

/** The tests of a status, by name. */
function withStatus(results, status) {
  return Object.entries(results).filter(([, result]) => result.status === status);
}

function byReason(entries) {
  const groups = new Map();
  for (const [name, { reason }] of entries) groups.set(reason, [...(groups.get(reason) ?? []), name]);
  return [...groups].sort((a, b) => b[1].length - a[1].length || (a[0] < b[0] ? -1 : 1));
}

function skips(results) {
  const rows = byReason(withStatus(results, "skipped")).map(([reason, names]) => {
    const some = names.slice(0, 2).map((name) => `\`${name}\``);
    return `| ${reason} | ${names.length} | ${some.join(", ")}${names.length > 2 ? " …" : ""} |`;
  });
  return ["| reason | tests | such as |", "| --- | ---: | --- |", ...rows].join("\n");
}

function failures(results, why) {
  return withStatus(results, "failed")
    .map(([name, { reason }]) => `- \`${name}\`: ${why(name, reason)}`)
    .join("\n");
}

export function pageOf({ versions, total, tight, operators, reference, nodeCpu }) {
  const count = (results, status) => withStatus(results, status).length;
  const row = (name, results) => {
    const [failed, skipped] = [count(results, "failed"), count(results, "skipped")];
    return `| ${name} | ${total - failed - skipped} | ${failed} | ${skipped} |`;
  };
  const passesReference = (name) => reference[name] === undefined;
  return `# The official ONNX backend node tests

<!-- Written by \`npm run source scripts/backend-tests.mjs\`; scripts/backend-tests/backend-tests.test.js keeps it true. -->

All ${total} node tests that onnx ${versions.onnx} carries (the last release that does), through the double-precision reference
(\`packages/reference\`) and through ONNX Runtime's CPU kernels (onnxruntime-node ${versions.onnxruntime}). Compared as ONNX's own runner does: equal
types and shapes, |got − wanted| ≤ 1e-7 + 1e-3 · |wanted|.

|  | passed | failed | skipped |
| --- | ---: | ---: | ---: |
${row("reference", reference)}
${row("node-cpu", nodeCpu)}

Of what the reference passes, ${tight} tests are within 1e-6 + 1e-5 · |wanted| as well. They use ${operators.length} different operators.

## The reference: failed

${failures(reference, (name, reason) => `${explanationOf(name)} (${reason})`)}

## The reference: skipped

${skips(reference)}

## node-cpu: failed

${failures(nodeCpu, (name, reason) => `${reason}${passesReference(name) ? "; the reference gives what the record says" : ""}`)}

## node-cpu: skipped

${skips(nodeCpu)}

## Operators of the tests that the reference passes

${operators.map((name) => `\`${name}\``).join(", ")}
`;
}
