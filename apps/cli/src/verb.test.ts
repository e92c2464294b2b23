import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CsvBench } from "@congruent/core/schemas";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from "@jest/globals";
import { run } from "./main.js";
import { wholeNumber } from "./options/numbers.js";
import { type CommonOptions, defineVerb, type Outcome, reported } from "./verb.js";

const measured: CsvBench = {
  schema: "congruent/csv-bench@1",
  machine: { cpu: "a CPU", cores: 2, platform: "linux x64", load: [0, 0], memoryBytes: 1e9 },
  file: { bytes: 1_000_000, rows: 10, columns: 785 },
  arrayBytes: 7850,
  contenders: [],
  toBetterPeer: null,
};
const broken: CsvBench = {
  ...measured,
  contenders: [
    {
      name: "pandas",
      title: "pandas",
      peer: true,
      versions: {},
      runs: [],
      reason: "no memory",
      megabytesPerSecond: null,
      megabytesPerCpuSecond: null,
      peakBytes: null,
      memoryRatio: null,
    },
  ],
};

/** A verb as small as one can be: what it ends with is decided by the test. */
function madeUp(outcome: Outcome | null, ran: string[] = []) {
  return defineVerb<[what: string], CommonOptions & { times: number }>({
    name: "bench weigh",
    description: "weigh something",
    examples: ["congruent bench weigh feather"],
    reports: true,
    configure: (command) =>
      command.argument("<what>", "a thing").option("--times <n>", "how often", wholeNumber("--times"), 1),
    async run([what], { times }) {
      ran.push(`${what} ${times}`);
      return outcome;
    },
  });
}

describe("a verb", () => {
  let folder: string;
  let out: string;
  let told: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "congruent-verb-"));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));
  beforeEach(() => {
    [out, told] = ["", ""];
    jest.spyOn(process.stdout, "write").mockImplementation((text) => {
      out += String(text);
      return true;
    });
    jest.spyOn(process.stderr, "write").mockImplementation((text) => {
      told += String(text);
      return true;
    });
  });
  afterEach(() => {
    jest.restoreAllMocks();
    process.exitCode = undefined;
  });

  const weigh = (outcome: Outcome | null, ...args: string[]) =>
    run(["bench", "weigh", ...args], [madeUp(outcome)]);
  const report = reported("csvBench", measured);

  it("gets its arguments and options, and prints its report", async () => {
    const ran: string[] = [];
    expect(await run(["bench", "weigh", "iron", "--times", "3"], [madeUp({ report }, ran)])).toBe(0);
    expect(ran).toEqual(["iron 3"]);
    expect(out).toContain("medians of 0 rounds");
    expect(told).toBe("");
  });

  it("with --json prints the report's result and nothing else", async () => {
    expect(await weigh({ report, text: () => "not shown" }, "iron", "--json")).toBe(0);
    expect(JSON.parse(out)).toEqual(measured);
    expect(told).toBe("");
  });

  it("with --json prints other data where it has some", async () => {
    await weigh({ report, data: { kept: true } }, "iron", "--json");
    expect(JSON.parse(out)).toEqual({ kept: true });
  });

  it("writes every format that --report asks for, and says so on standard error", async () => {
    const files = ["json", "xml", "html", "md"].map((ending) => join(folder, `out.${ending}`));
    await weigh({ report, text: () => "done" }, "iron", ...files.flatMap((file) => ["--report", file]));
    const [json = "", xml = "", html = "", md = ""] = await Promise.all(
      files.map((f) => readFile(f, "utf8")),
    );
    expect(JSON.parse(json)).toEqual(measured);
    expect(xml).toContain("<testsuite ");
    expect(html).toContain("<!doctype html>");
    expect(md).toContain("## CSV reading");
    expect(out).toBe("done\n");
    expect(told).toBe(files.map((file) => `report: ${file}\n`).join(""));
  });

  it("does not run for a report that cannot be written", async () => {
    const ran: string[] = [];
    const asked = ["bench", "weigh", "iron", "--report", join(folder, "out.pdf"), "--json"];
    expect(await run(asked, [madeUp({ report }, ran)])).toBe(2);
    expect(JSON.parse(out)).toMatchObject({ error: { code: "E_REPORT_FORMAT" } });
    expect(ran).toEqual([]);
    expect(await readdir(folder)).not.toContain("out.pdf");
  });

  it.each<[string[]]>([[[]], [["--json"]]])(
    "prints its result where its report cannot be written at the end, then the error %j",
    async (how) => {
      const file = join(folder, "gone", "out.json");
      // The folder is there when the verb starts, and a file is in its place when the report is written.
      await mkdir(join(folder, "gone"));
      const verb = defineVerb({
        name: "bench weigh",
        description: "weigh something",
        examples: ["congruent bench weigh"],
        reports: true,
        async run() {
          await rm(join(folder, "gone"), { recursive: true });
          await writeFile(join(folder, "gone"), "");
          return { report };
        },
      });
      const code = await run(["bench", "weigh", "--report", file, ...how], [verb]);
      await rm(join(folder, "gone"));
      expect(code).toBe(2);
      if (how.length > 0) expect(JSON.parse(out)).toEqual(measured);
      else expect(out).toContain("medians of 0 rounds");
      expect(told).toMatch(/error E_WRITE: could not write .*out\.json/);
    },
  );

  it.each<[number, Outcome]>([
    [1, { report: reported("csvBench", broken) }],
    [0, { report: reported("csvBench", broken), exitCode: 0 }],
    [3, { data: {}, text: () => "", exitCode: 3 }],
    [0, { data: {}, text: () => "" }],
  ])("ends with %d where its outcome says so", async (code, outcome) => {
    expect(await weigh(outcome, "iron")).toBe(code);
  });

  it("prints nothing where another process did all", async () => {
    expect(await weigh(null, "iron")).toBe(0);
    expect(out + told).toBe("");
  });

  it("is told what is wrong with its options, with exit code 2", async () => {
    expect(await weigh({ report }, "iron", "--times", "often")).toBe(2);
    expect(told).toContain("E_USAGE");
    expect(await weigh({ report })).toBe(2);
  });

  it("waits for what it does until the end once the outcome is printed", async () => {
    const seen: string[] = [];
    await weigh({ data: 1, text: () => "ready", until: async () => void seen.push(out) }, "iron");
    expect(seen).toEqual(["ready\n"]);
  });

  it("explains itself under --help, with an example", async () => {
    expect(await weigh({ report }, "--help")).toBe(0);
    expect(out).toContain("Example:\n  $ congruent bench weigh feather");
    expect(out).toContain("--report <file>");
  });
});
