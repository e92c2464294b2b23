/** Signals for a process and all that it has started, and what Linux tells of them. */
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { GUARD } from "./guard.js";

/** One process, as /proc tells it. */
interface Entry {
  pid: number;
  /** `Z` for one that has ended and whose exit status was not read. */
  state: string;
  parent: number;
  group: number;
}

/**
 * Ends a process that leads a process group, and all that it has started, at once.
 *
 * - Linux: its group, and its descendants in other groups.
 * - Other POSIX systems: its group, and the groups of children that its own supervisor guards.
 * - Windows: what `taskkill /T` finds.
 */
export function killTree(pid: number): void {
  if (process.platform === "win32") {
    spawnSync("taskkill", ["/pid", String(pid), "/T", "/F"], { stdio: "ignore", windowsHide: true });
    return;
  }
  const [, ...descendants] = familyOf([pid]);
  signalGroup(pid, "SIGKILL");
  // A guard ends by itself, and ends what its parent started after the processes were listed.
  for (const descendant of descendants) if (!isGuard(descendant)) send(descendant, "SIGKILL");
}

/** Sends a signal to each process of the group that a process leads; on Windows to the process alone. */
export function signalGroup(pid: number, signal: NodeJS.Signals): void {
  send(process.platform === "win32" ? pid : -pid, signal);
}

/** Whether a process of the group is still at work. */
export function groupIsAlive(pid: number): boolean {
  if (process.platform === "linux") return entries().some((e) => e.group === pid && e.state !== "Z");
  return process.platform !== "win32" && send(-pid, 0);
}

/** Processes and all their descendants, each once, parents first. Linux; elsewhere only the processes themselves. */
export function familyOf(pids: readonly number[]): number[] {
  const children = new Map<number, number[]>();
  for (const { pid, parent } of entries()) children.set(parent, [...(children.get(parent) ?? []), pid]);
  // A set is walked in the order of insertion, what is added on the way included.
  const family = new Set(pids);
  for (const pid of family) for (const child of children.get(pid) ?? []) family.add(child);
  return [...family];
}

/** Whether a process is at work: one that has ended stays listed until its parent has waited for it. */
export function isRunning(pid: number): boolean {
  if (process.platform !== "linux") return send(pid, 0);
  const stat = readProc(pid, "stat");
  return stat !== "" && entryOf(pid, stat).state !== "Z";
}

/** The children of a process; Linux alone. */
export function childrenOf(pid: number): number[] {
  return entries().flatMap((entry) => (entry.parent === pid && entry.state !== "Z" ? [entry.pid] : []));
}

/** Empty for a process that has ended, and where the system has no such file. */
export function readProc(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return "";
  }
}

/** Every process but those that have ended; Linux alone. */
export function listedProcesses(): { pid: number; parent: number }[] {
  return entries().filter(({ state }) => state !== "Z");
}

function entries(): Entry[] {
  if (process.platform !== "linux") return [];
  const pids = readdirSync("/proc").map(Number).filter(Number.isInteger);
  return pids.flatMap((pid) => {
    const stat = readProc(pid, "stat");
    return stat === "" ? [] : [entryOf(pid, stat)];
  });
}

function entryOf(pid: number, stat: string): Entry {
  // The command's name stands in brackets and may hold spaces and brackets itself; the other fields follow the last one.
  const [state = "", parent, group] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return { pid, state, parent: Number(parent), group: Number(group) };
}

function isGuard(pid: number): boolean {
  return readProc(pid, "cmdline").split("\0").includes(GUARD);
}

/** @returns whether there was somebody to get it. */
function send(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch (error) {
    // It has ended in the meantime. (macOS says EPERM for a group of which only zombies are left.)
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ESRCH" || code === "EPERM") return false;
    throw error;
  }
}
