import { describe, expect, it } from "@jest/globals";
import { ratiosOf } from "./bench-train.js";
import type { Configuration, Contender } from "./contenders/index.js";
import type { PreparedJob } from "./job.js";
import { measure } from "./measure.js";

const prepared: PreparedJob = {
  job: {} as PreparedJob["job"],
  folder: "",
  parameters: 7,
  flopsPerStep: 1e6,
  logProbabilities: [-1, -2],
  convolutional: true,
  write: async (_name, configuration) => JSON.stringify(configuration),
  remove: async () => undefined,
};

/** A made-up worker: its configuration says how many milliseconds it reports for a step, and how it fails. */
const SCRIPT = `
const { pace, ready = {}, failAt = Infinity, hangAt = Infinity, die } = JSON.parse(process.argv[1]);
if (die) { console.error("a library is missing"); process.exit(3); }
const say = (message) => console.log(JSON.stringify(message));
console.log("a framework's chatter");
say({ ready: { parameters: 7, logProbabilities: [-1, -2.00001], versions: { fake: "1" }, multiple: 4, ...ready } });
let turn = 0;
require("readline").createInterface({ input: process.stdin }).on("line", (line) => {
  turn += 1;
  if (turn === failAt) { console.error("out of memory"); process.exit(9); }
  if (turn === hangAt) return;
  const { steps } = JSON.parse(line);
  if (steps % 4 !== 0) throw new Error("not a whole call");
  say({ milliseconds: (pace + turn / 100) * steps, loss: turn === 5 && ready.nan ? null : 1, peakBytes: 1000 * turn });
});
`;

function fake(name: string, ...values: Record<string, unknown>[]): Contender {
  return {
    name,
    title: name.toUpperCase(),
    peer: name !== "graph",
    configurations: () =>
      values.map((v, i): Configuration => ({ title: `configuration ${i + 1}`, values: v })),
    command: (job) => ({ command: process.execPath, args: ["-e", SCRIPT, job] }),
  };
}

const race = (contenders: Contender[], timeoutMs = 20_000) =>
  measure({ prepared, contenders, rounds: 3, blockMs: 100, timeoutMs });

describe("measure", () => {
  it("takes the fastest configuration, and the median of the rounds", async () => {
    const [entry] = await race([fake("graph", { pace: 5 }, { pace: 2 }, { pace: 3 })]);
    expect(entry).toMatchObject({
      status: "measured",
      reason: null,
      configuration: "configuration 2",
      versions: { fake: "1" },
      // Turns 1 and 2 are the warm-up.
      peakBytes: 5000,
    });
    expect(entry?.considered.map(({ milliseconds }) => milliseconds)).toEqual([5.02, 2.02, 3.02]);
    expect(entry?.rounds.map((time) => time.toFixed(2))).toEqual(["2.03", "2.04", "2.05"]);
    expect(entry?.milliseconds).toBeCloseTo(2.04, 9);
    expect(entry?.outputDifference).toBeCloseTo(1e-5, 9);
  });

  it("reports a configuration that does not start, and continues with the others", async () => {
    const [entry] = await race([fake("graph", { die: true }, { pace: 2 })]);
    expect(entry).toMatchObject({ status: "measured", configuration: "configuration 2" });
    expect(entry?.considered[0]).toMatchObject({ milliseconds: null });
    expect(entry?.considered[0]?.reason).toContain("a library is missing");
    expect(entry?.considered[0]?.reason).toContain("ended with status 3");
  });

  it("reports a contender that fails midway; the others finish", async () => {
    const entries = await race([fake("graph", { pace: 2 }), fake("peer", { pace: 2, failAt: 4 })]);
    expect(entries[0]).toMatchObject({ status: "measured" });
    expect(entries[0]?.rounds).toHaveLength(3);
    expect(entries[1]).toMatchObject({ status: "failed", milliseconds: null });
    expect(entries[1]?.reason).toContain("out of memory");
  });

  it("reports one that hangs", async () => {
    const [entry] = await race([fake("peer", { pace: 2, hangAt: 3 })], 2000);
    expect(entry).toMatchObject({ status: "failed" });
    expect(entry?.reason).toContain("no answer within 2 s");
  });

  it.each([
    ["another network", { parameters: 8 }, "8 parameters, ours 7"],
    ["other outputs", { logProbabilities: [-1, -2.1] }, "differ from ours by up to 0.1"],
    ["outputs of another size", { logProbabilities: [-1] }, "1 outputs"],
  ])("refuses one that trains %s", async (_name, ready, reason) => {
    const [entry] = await race([fake("peer", { pace: 2, ready })]);
    expect(entry).toMatchObject({ status: "failed" });
    expect(entry?.reason).toContain(reason);
  });

  it("tells a machine that cannot run one from a failure", async () => {
    const [entry] = await race([{ ...fake("peer", { pace: 1 }), unavailable: () => "no such processor" }]);
    expect(entry).toMatchObject({ status: "unavailable", reason: "no such processor", rounds: [] });
  });
});

describe("ratiosOf", () => {
  const row = (name: string, peer: boolean, milliseconds: number | null, peakBytes = 100) =>
    ({ name, title: name, peer, milliseconds, peakBytes }) as Parameters<typeof ratiosOf>[0][number];

  it("compares with the better peer, with eager and with Keras' memory", () => {
    const rows = [
      row("graph", false, 2, 50),
      row("eager", false, 8),
      row("keras", true, 5),
      row("pytorch", true, 4),
    ];
    expect(ratiosOf(rows)).toEqual({
      toBetterPeer: 0.5,
      betterPeer: "pytorch",
      toEager: 0.25,
      bfloat16: null,
      memoryToKeras: 0.5,
    });
  });

  it("claims nothing where a peer is missing", () => {
    expect(ratiosOf([row("graph", false, 2), row("keras", true, null)])).toMatchObject({
      toBetterPeer: null,
      betterPeer: null,
    });
  });
});
