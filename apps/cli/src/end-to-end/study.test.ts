/** @needs tensorflow */
import { existsSync, readFileSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { studySchema } from "@congruent/core/schemas";
import { timeLimits } from "@congruent/core/testing";
import { describe, expect, it, jest } from "@jest/globals";
import { commandLine } from "../testing/command-line.js";

jest.setTimeout(timeLimits.programs);

const { at, congruent } = commandLine();
const study = (...args: string[]) => congruent("study", ...args);

describe("congruent study", () => {
  it("reports without any model: says what is missing, makes up nothing, ends with 3", async () => {
    const { exitCode, stdout, stderr } = await study(
      "mlp-vs-cnn",
      "--quick",
      "--partial",
      "--runs",
      "runs",
      "--json",
    );
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 3 });
    const { ok, reports } = JSON.parse(stdout);
    expect([ok, reports.length, reports[0].folder]).toEqual([false, 1, join("reports", "mlp-vs-cnn-quick")]);
    const result = studySchema.parse(reports[0].result);
    expect(result).toMatchObject({ name: "mlp-vs-cnn", dataset: "mnist", quick: true, complete: false });
    expect(result.models.map(({ name, accuracy, command }) => [name, accuracy, command])).toEqual(
      ["mlp512", "cnn-nopool"].map((name) => [name, null, "npx congruent study mlp-vs-cnn --quick"]),
    );
    // Keras counts as many parameters for the study's networks.
    expect(result.models.map(({ parameters }) => parameters)).toEqual([407_050, 4_738_826]);
    const within = (file: string) => at("reports", "mlp-vs-cnn-quick", file);
    expect(studySchema.parse(JSON.parse(readFileSync(within("report.json"), "utf8")))).toEqual(result);
    expect(readFileSync(within("report.html"), "utf8")).toContain("2 missing: mlp512, cnn-nopool");
    const figures = result.sections.flatMap(({ blocks }) =>
      blocks.flatMap((block) => (block.kind === "figure" ? block : [])),
    );
    expect(figures.length).toBeGreaterThan(0);
    for (const { svg, png } of figures)
      expect([existsSync(within(svg)), existsSync(within(png))]).toEqual([true, true]);
    // Nothing was trained.
    expect(await readdir(at())).toEqual(["reports"]);
  });

  it.each([
    [["six"], "E_STUDY"],
    [["regcnn", "--dataset", "nist"], "E_DATASET_UNKNOWN"],
  ])("%j is refused with %s", async (args, code) => {
    const { exitCode, stdout, stderr } = await study(...args);
    expect({ exitCode, stdout, stderr }).toMatchObject({
      exitCode: 2,
      stdout: "",
      stderr: expect.stringContaining(code),
    });
  });
});
