import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "@jest/globals";
import { summariesIn, taskTimes, timesText } from "./task-times.js";

/** As turbo writes it, with other fields beside. */
const task = (name: string, of: string, start: number, end: number, status = "MISS") => ({
  taskId: `${of}#${name}`,
  task: name,
  package: of,
  hash: "0",
  cache: { local: false, remote: false, status, timeSaved: 0 },
  execution: { startTime: start, endTime: end, exitCode: 0 },
});
const lenet = "@congruent/model-lenet";

it("tells the tasks of a model in the order of their starts, and none of the packages'", () => {
  const summary = {
    id: "1",
    tasks: [
      task("report", lenet, 9000, 9500),
      task("train", lenet, 1000, 5000),
      task("export", lenet, 5000, 5010, "HIT"),
      { ...task("sources", "@congruent/core", 0, 1), execution: undefined },
      task("build", "@congruent/core", 0, 900),
    ],
  };
  expect(timesText(taskTimes(summary))).toBe("time: train 4 s · export as before · report 1 s");
  const two = { tasks: [...summary.tasks, task("train", "@congruent/model-mlp", 2000, 3000)] };
  expect(taskTimes(two).map(({ stage }) => stage)).toEqual([
    ...["lenet train", "mlp train", "lenet export", "lenet report"],
  ]);
});

it("reads the summaries that are new, and removes them alone", async () => {
  const home = await mkdtemp(join(tmpdir(), "congruent-times-"));
  const folder = join(home, ".turbo", "runs");
  expect(await (await summariesIn(home))()).toEqual([]);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "old.json"), JSON.stringify({ tasks: [task("train", lenet, 0, 9e6)] }));
  const read = await summariesIn(home);
  await writeFile(join(folder, "new.json"), JSON.stringify({ tasks: [task("train", lenet, 0, 2000)] }));
  expect(await read()).toEqual([{ stage: "train", seconds: 2, cached: false }]);
  expect(await readdir(folder)).toEqual(["old.json"]);
  await rm(home, { recursive: true });
});
