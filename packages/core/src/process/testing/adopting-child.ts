/**
 * Starts a program as a library does, adopts it (and with `released` gives it up again; with `starting` while the library is still at work,
 * with `failing` the library fails then), prints its process id and waits.
 */
import { spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { adopt } from "../adopt.js";
import { adoptStarted } from "../adopt-started.js";

const [how] = process.argv.slice(2);
const start = () => spawn("sleep", ["60"], { detached: true, stdio: "ignore" }).pid ?? 0;
setInterval(() => undefined, 1000);
if (how === "starting" || how === "failing") {
  const work = async () => {
    const pid = start();
    // It is adopted once Node tells that it runs, and the guard knows it a moment later.
    await sleep(300);
    console.log(pid);
    await sleep(how === "failing" ? 500 : 60_000);
    throw new Error("it does not start");
  };
  await adoptStarted(work).catch(() => undefined);
} else {
  const pid = start();
  const release = adopt(pid);
  if (how === "released") release();
  console.log(pid);
}
