import { readdirSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "@jest/globals";
import { temporaryHome } from "../testing.js";
import type { Tool } from "../tool.js";
import { inspectAll, tools } from "./index.js";

describe("the index of tools", () => {
  it("lists every tool that a file here defines", async () => {
    const folder = dirname(fileURLToPath(new URL("./index.ts", import.meta.url)));
    const files = readdirSync(folder).filter((file) => /^(?!index|.*\.test)[^.]+\.ts$/.test(file));
    expect(files.length).toBeGreaterThan(10);
    for (const file of files) {
      const exported = Object.values((await import(`./${file}`)) as Record<string, Tool>);
      expect(exported.length).toBeGreaterThan(0);
      for (const tool of exported) expect(tools).toContain(tool);
    }
  });

  it("names each tool once", () => {
    expect(new Set(tools.map((tool) => tool.name)).size).toBe(tools.length);
  });
});

describe("inspectAll", () => {
  it("finds nothing of set-up's own in an empty checkout, and says for each what to do", async () => {
    const home = temporaryHome();
    const reports = await inspectAll();
    home.remove();
    expect(reports.map((report) => report.name)).toEqual(tools.map((tool) => tool.name));
    for (const report of reports) {
      if (report.found) expect(report).toMatchObject({ why: null, fix: null });
      else expect(report).toMatchObject({ why: expect.stringMatching(/./), fix: expect.stringMatching(/./) });
    }
    const found = Object.fromEntries(reports.map((report) => [report.name, report.found]));
    expect(found).toMatchObject({
      node: true,
      pnpm: false,
      "python-export": false,
      libtensorflow: false,
      tf2onnx: false,
    });
  });

  it("reports a look that fails as a tool that was not found", async () => {
    const broken: Tool = {
      name: "broken",
      title: "broken",
      optional: true,
      inspect: () => Promise.reject(new Error("it burst")),
    };
    const [report] = await inspectAll([broken]);
    expect(report).toMatchObject({ found: false, why: "could not be inspected: it burst" });
  });
});
