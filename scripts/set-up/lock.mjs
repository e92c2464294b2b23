/** One set-up at a time: a lock file that names its owner, so that a dead owner's is recognized. */
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { whenEnded } from "./child.mjs";
import { Failure } from "./failure.mjs";

/**
 * Waits for the lock and takes it.
 *
 * @param {string} path
 * @param {{ waitMs?: number, onWait?: (owner: number) => void }} options
 * @returns a function that gives it back.
 */
export async function acquireLock(path, { waitMs = 1_800_000, onWait = () => {} } = {}) {
  mkdirSync(dirname(path), { recursive: true });
  const mine = `${JSON.stringify({ pid: process.pid, started: startOf(process.pid) })}\n`;
  const deadline = Date.now() + waitMs;
  let told = false;
  while (!take(path, mine)) {
    const text = read(path);
    if (text === undefined) continue;
    const owner = parse(text);
    if (owner === undefined || !isAlive(owner)) {
      removeStale(path, text);
      continue;
    }
    if (!told) onWait(owner.pid);
    told = true;
    if (Date.now() >= deadline) {
      throw new Failure({
        code: "E_SETUP_LOCKED",
        what: `another set-up (process ${owner.pid}) holds ${path}`,
        expected: "one set-up at a time in a checkout",
        fix: "wait for it to end, or end that process, then run the command again",
      });
    }
    await sleep(200);
  }
  const release = () => {
    if (read(path) === mine) rmSync(path, { force: true });
  };
  const forget = whenEnded(release);
  return () => {
    forget();
    release();
  };
}

/** A hard link is made whole or not at all, and never over another one: the lock is never seen half written. */
function take(path, content) {
  const own = `${path}.${process.pid}`;
  writeFileSync(own, content);
  try {
    linkSync(own, path);
    return true;
  } catch (error) {
    if (error.code === "EEXIST") return false;
    throw error;
  } finally {
    rmSync(own, { force: true });
  }
}

/** Moved aside first: when someone else has replaced the stale lock meanwhile, theirs is put back. */
function removeStale(path, text) {
  const aside = `${path}.stale.${process.pid}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if (error.code === "ENOENT") return;
    throw error;
  }
  if (readFileSync(aside, "utf8") !== text) take(path, readFileSync(aside, "utf8"));
  rmSync(aside, { force: true });
}

function read(path) {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (error.code === "ENOENT") return undefined;
    throw error;
  }
}

function parse(text) {
  try {
    const owner = JSON.parse(text);
    return Number.isInteger(owner?.pid) ? owner : undefined;
  } catch {
    return undefined; // not written by us: no process to wait for
  }
}

function isAlive({ pid, started }) {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (error.code === "ESRCH") return false;
  }
  // Process numbers are used again: the same number with another start time is another process.
  return started === null || startOf(pid) === started;
}

/** When a process started, in the kernel's own unit; `null` where the system does not say. */
function startOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  } catch {
    return null; // no /proc here
  }
}
