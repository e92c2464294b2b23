/** One model in every number format, ours and the peers'. */
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CongruentError, rows } from "../../packages/core/src/index.ts";
import { writeNpz } from "../../packages/datasets/src/index.ts";
import { compressFile } from "../../packages/exporter/src/index.ts";
import { readModel } from "../../packages/onnx/src/files.ts";
import { givenInputs, runAgainst } from "../../packages/parity/src/index.ts";
import { formats } from "../../packages/passes/src/index.ts";
import { root } from "../set-up/javascript.mjs";

/** What a file may lose: an error of a tenth, and one decision of 200. */
const BUDGET = { snr: 20, flips: 0.005 };
/** Peers' files are measured, not judged. */
const ANY = { snr: -1e6 };
const CALIBRATION = 128;
const PEERS = "packages/bench/python/compress_peers.py";

export async function measureModel({ name, path, folder, samples, python }) {
  const { model, bytes } = await readModel(path);
  const inputs = await givenInputs(model, { model: path, inputs: "mnist", samples });
  const shared = { inputs, limits: { timeoutMs: 600_000 } };
  const found = [];
  for (const format of Object.keys(formats)) {
    const out = join(folder, `${name}.${format}.onnx`);
    try {
      const made = await compressFile({ ...shared, path, out, format, budget: BUDGET });
      const said = made.out.path === null ? `refused: ${made.search.said}` : null;
      const kept = made.search.kept.map(({ node }) => node);
      found.push({ by: "congruent", format, kept, said, ...measures(made.parity, made.out.bytes) });
    } catch (error) {
      if (!(error instanceof CongruentError)) throw error;
      found.push({ by: "congruent", format, said: error.what });
    }
  }
  for (const [format, { path: made, error }] of Object.entries(peers(name, path, folder, inputs, python))) {
    const by = format === "float16" ? "onnxconverter-common" : "onnxruntime";
    if (error) {
      found.push({ by, format, said: plain(error, folder) });
      continue;
    }
    const parity = await runAgainst({ ...shared, modelPath: path, againstPath: made, budget: ANY });
    const [{ status, reason }] = parity.runtimes;
    const broken = status === "error" ? { said: plain(reason, folder) } : {};
    found.push({ by, format, said: null, ...broken, ...measures(parity, parity.against.bytes) });
  }
  return { name, bytes: bytes.length, samples: inputs.labels.length, found };
}

/** The first line of a message, without the path of a folder that is gone when somebody reads it. */
function plain(message, folder) {
  return message.split("\n")[0].replaceAll(`${folder}/`, "");
}

function measures({ runtimes: [first] }, bytes) {
  const numbers = (first.quality ?? []).filter(({ decisions }) => decisions?.kind !== "label");
  const label = (first.quality ?? []).find(({ decisions }) => decisions?.kind === "label");
  const least = numbers.toSorted((a, b) => (a.snr ?? 1e9) - (b.snr ?? 1e9))[0];
  return {
    bytes,
    snr: least?.snr ?? null,
    flips: label?.decisions.flips ?? null,
    correct: first.decisions?.correct ?? null,
    time: first.latency?.ratio ?? null,
  };
}

function peers(name, path, folder, inputs, python) {
  const own = join(folder, `${name}.peers`);
  mkdirSync(own);
  const data = join(own, "calibration.npz");
  const some = Object.entries(inputs.tensors).map(([input, value]) => [input, rows(value, 0, CALIBRATION)]);
  writeFileSync(data, writeNpz(Object.fromEntries(some)));
  const answer = execFileSync(
    python ?? join(root, ".venv/peers/bin/python"),
    [join(root, PEERS), path, data, own],
    {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    },
  );
  return JSON.parse(answer.trim().split("\n").at(-1));
}
