import { existsSync } from "node:fs";
import { join } from "node:path";
import { CongruentError } from "@congruent/core";
import { Command } from "commander";
import { datasetFor } from "../dataset.js";
import { print, printJson, table } from "../output.js";
import { type CommonOptions, verb } from "../verb.js";

export const data = () =>
  new Command("data").description("fetch and look at data sets").addCommand(get()).addCommand(inspect());

const get = () =>
  verb("get", "fetch a data set into the cache, checked by SHA-256", ["congruent data get mnist"])
    .argument("<dataset>", "mnist, fashion-mnist")
    .option("--offline", "ask no server")
    .action(async (name: string, options: CommonOptions & { offline?: boolean }) => {
      const dataset = await datasetFor(name, options);
      const { defaultCacheDir } = await import("@congruent/datasets");
      await expectCached(join(defaultCacheDir(), dataset.name), Object.keys(dataset.sha256));
      const facts = {
        name: dataset.name,
        license: dataset.license,
        cache: defaultCacheDir(),
        sha256: dataset.sha256,
      };
      if (options.json) return printJson(facts);
      print(
        `${dataset.title} is ready (${dataset.train.labels.length} + ${dataset.test.labels.length} images)`,
      );
      for (const [file, hash] of Object.entries(dataset.sha256)) print(`  ${hash}  ${file}`);
    });

const inspect = () =>
  verb("inspect", "print a data set's shapes, dtype, label counts, licence and hashes", [
    "congruent data inspect mnist",
  ])
    .argument("<dataset>", "mnist, fashion-mnist")
    .action(async (name: string, options: CommonOptions) => {
      const { inspectDataset } = await import("@congruent/datasets");
      const found = inspectDataset(await datasetFor(name));
      if (options.json) return printJson(found);
      print(`${found.title} (${found.license})`);
      for (const split of ["train", "test"] as const) {
        print(`${split.padEnd(6)} ${found[split].dtype} [${found[split].shape.join(", ")}]`);
      }
      print();
      const rows = found.labels.map((label, i) => [
        label,
        String(found.train.counts[i] ?? 0),
        String(found.test.counts[i] ?? 0),
      ]);
      print(table(["label", "train", "test"], rows));
    });

/** To fetch into the cache is the whole purpose of `data get`: data that are in memory alone are a failure here. */
async function expectCached(folder: string, files: readonly string[]): Promise<void> {
  const missing = files.filter((file) => !existsSync(join(folder, file)));
  if (missing.length === 0) return;
  throw new CongruentError({
    code: "E_WRITE",
    what: `${missing.join(", ")} could not be kept in ${folder}`,
    expected: "a folder that can be written to, with room for the data set",
    fix: "free some space or change its permissions, or name another folder with CONGRUENT_CACHE",
  });
}
