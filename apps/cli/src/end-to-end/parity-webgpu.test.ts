/** @needs tensorflow browser firefox webkit web */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parityReportSchema } from "@congruent/core/schemas";
import { timeLimits } from "@congruent/core/testing";
import { describe, expect, it, jest } from "@jest/globals";
import { commandLine } from "../testing/command-line.js";

jest.setTimeout(timeLimits.training);

const home = fileURLToPath(new URL("../../../../", import.meta.url));
const lenet = join(home, "models", "lenet", "model.onnx");
const { at, congruent } = commandLine();
/** Software adapters are slow, and each of these shows the fault. */
const SAMPLES = "8";

describe("the verbs on LeNet", () => {
  it("parity without the ledger tells the truth about WebGPU: exit 1, and by how much", async () => {
    const { nodeWebGpuEnvironment } = await import("@congruent/toolchain");
    const adapter = await nodeWebGpuEnvironment();
    const asked = ["parity", lenet, "--samples", SAMPLES, "--report", "out.json", "--report", "out.xml"];
    // In Node alone, where that can be asked for by name: with the ledger, below, all runtimes are compared.
    const inNode = adapter.available ? ["--runtimes", "tfjs,node-cpu,node-webgpu"] : [];
    const { exitCode, stderr } = await congruent(...asked, ...inNode);
    expect(stderr).toContain("report: out.json");
    const report = parityReportSchema.parse(JSON.parse(await readFile(at("out.json"), "utf8")));
    const cell = (name: string) => report.cells.find(({ runtime }) => runtime === name);
    expect(cell("node-cpu")?.status).toBe("pass");
    expect(report.baseline).toBe("tfjs");
    if (!adapter.available) return expect(cell("node-webgpu")?.status).toBe("unavailable");
    expect(exitCode).toBe(1);
    expect(report.verdict).toBe("fail");
    expect(cell("node-webgpu")).toMatchObject({ status: "fail", expectation: null });
    const logits = cell("node-webgpu")?.outputs.find(({ name }) => name === "logits");
    expect(logits?.within).toBe(false);
    expect(logits?.maxAbs).toBeGreaterThan(logits?.bound ?? Number.POSITIVE_INFINITY);
    const expected = join(home, "models", "expectations.json");
    const excused = await congruent("parity", lenet, "--samples", SAMPLES, "--expect", expected, "--json");
    expect(excused.exitCode).toBe(0);
    const { cells, verdict } = parityReportSchema.parse(JSON.parse(excused.stdout));
    expect(verdict).toBe("pass");
    expect(cells.find(({ runtime }) => runtime === "node-webgpu")?.status).toBe("expected-fail");
  }, 600_000);
});
