/** @needs tensorflow browser firefox webkit web */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { cellName, parityReportSchema } from "@congruent/core/schemas";
import { timeLimits } from "@congruent/core/testing";
import { describe, expect, it, jest } from "@jest/globals";
import { commandLine } from "../testing/command-line.js";

jest.setTimeout(timeLimits.training);

const home = fileURLToPath(new URL("../../../../", import.meta.url));
const lenet = join(home, "models", "lenet", "model.onnx");
/** As tf2onnx wrote it, before it was rewritten: its second convolution has 6 input channels. */
const unportable = join(home, "packages", "parity", "src", "fixtures", "lenet-6-channels.onnx");
const { at, congruent } = commandLine();
/** Software adapters are slow, and each of these shows the fault. */
const samples = ["--samples", "8"];
const inNode = [
  "--runtimes",
  "tfjs,node-cpu,node-webgpu",
  "--layers",
  join(home, "models", "lenet", "layers"),
];

async function isThere(): Promise<boolean> {
  const { nodeWebGpuEnvironment } = await import("@congruent/toolchain");
  return (await nodeWebGpuEnvironment()).available;
}

describe("the verbs on LeNet", () => {
  it("parity tells the truth about a file that WebGPU computes wrongly, and by how much: exit 1; 0 where the ledger expects it", async () => {
    const asked = ["parity", unportable, ...samples, ...inNode];
    const { exitCode, stderr } = await congruent(...asked, "--report", "out.json", "--report", "out.xml");
    // It was named, and is not there: nothing is compared.
    if (!(await isThere())) return expect(exitCode).toBe(3);
    expect(stderr).toContain("report: out.json");
    expect(exitCode).toBe(1);
    const report = parityReportSchema.parse(JSON.parse(await readFile(at("out.json"), "utf8")));
    const cell = (name: string) => report.cells.find(({ runtime }) => runtime === name);
    expect(cell("node-cpu")?.status).toBe("pass");
    expect(report).toMatchObject({ baseline: "tfjs", verdict: "fail" });
    expect(cell("node-webgpu")).toMatchObject({ status: "fail", expectation: null });
    const logits = cell("node-webgpu")?.outputs.find(({ name }) => name === "logits");
    expect(logits?.within).toBe(false);
    expect(logits?.maxAbs).toBeGreaterThan(logits?.bound ?? Number.POSITIVE_INFINITY);

    const known = { model: "lenet", runtime: "node-webgpu", reason: "6 channels" };
    await writeFile(
      at("known.json"),
      JSON.stringify({ schema: "congruent/expectations@1", expect: [known] }),
    );
    const excused = await congruent(...asked, "--expect", "known.json", "--json");
    expect(excused.exitCode).toBe(0);
    const { cells, verdict } = parityReportSchema.parse(JSON.parse(excused.stdout));
    expect(verdict).toBe("pass");
    expect(cells.find(({ runtime }) => runtime === "node-webgpu")?.status).toBe("expected-fail");
  }, 600_000);

  it("the LeNet that ships is right on every runtime that is here, with nothing to excuse", async () => {
    const expected = join(home, "models", "expectations.json");
    const { exitCode, stdout } = await congruent("parity", lenet, ...samples, "--expect", expected, "--json");
    const { cells, verdict } = parityReportSchema.parse(JSON.parse(stdout));
    const others = cells.filter(({ status }) => status !== "pass" && status !== "unavailable");
    expect(others.map((cell) => [cellName(cell), cell.status, cell.reason])).toEqual([]);
    expect({ exitCode, verdict }).toEqual({ exitCode: 0, verdict: "pass" });
    const { status } = cells.find(({ runtime }) => runtime === "node-webgpu") ?? {};
    expect(status).toBe((await isThere()) ? "pass" : "unavailable");
  }, 600_000);
});
