/** Child processes of the scripts: they end when the script is told to end. */
import { spawn } from "node:child_process";
import { constants } from "node:os";

const running = new Set();
const onEnd = new Set();
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"];

/** Something to do when a signal ends the script, such as giving back a lock. @returns a function that forgets it. */
export function whenEnded(action) {
  onEnd.add(action);
  return () => onEnd.delete(action);
}

for (const signal of SIGNALS) {
  process.on(signal, () => {
    for (const child of running) child.kill(signal);
    // A child in the foreground ends by itself (it gets the terminal's Ctrl-C too) and its exit code is ours.
    if ([...running].some((child) => child.foreground)) return;
    for (const action of onEnd) action();
    process.exit(128 + constants.signals[signal]);
  });
}

/** Runs a program quietly. @returns {Promise<{code: number, output: string}>}; code 127 when it cannot be started. */
export function capture(command, args, { cwd, env, onLine = () => {} } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd,
      env,
      stdio: ["ignore", "pipe", "pipe"],
      shell: needsShell(command),
    });
    running.add(child);
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8");
      stream.on("data", (text) => {
        output += text;
        const line = text
          .trim()
          .split(/\r?\n|\r/)
          .at(-1);
        if (line) onLine(line);
      });
    }
    child.on("error", (error) => {
      running.delete(child);
      resolve({ code: 127, output: `${output}${error.message}` });
    });
    child.on("close", (code, signal) => {
      running.delete(child);
      resolve({ code: code ?? 128 + (constants.signals[signal] ?? 0), output });
    });
  });
}

/** Runs a program on this terminal. @returns {Promise<number>} its exit code. */
export function foreground(command, args, { cwd, env } = {}) {
  return new Promise((resolve, reject) => {
    const child = Object.assign(spawn(command, args, { cwd, env, stdio: "inherit" }), { foreground: true });
    running.add(child);
    child.on("error", reject);
    child.on("close", (code, signal) => {
      running.delete(child);
      resolve(code ?? 128 + (constants.signals[signal] ?? 0));
    });
  });
}

/** On Windows npm and pnpm are command files, which only a shell runs. */
function needsShell(command) {
  return process.platform === "win32" && !command.endsWith(".exe");
}
