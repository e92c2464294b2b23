/** Starts a program as a library does, adopts it (and with `released` gives it up again), prints its process id and waits. */
import { spawn } from "node:child_process";
import { adopt } from "../adopt.js";

const { pid = 0 } = spawn("sleep", ["60"], { detached: true, stdio: "ignore" });
const release = adopt(pid);
if (process.argv.includes("released")) release();
console.log(pid);
setInterval(() => undefined, 1000);
