/** For the tests: the processes that a browser consists of. Linux alone. */
import { listedProcesses, readProc } from "@congruent/core/process";

export interface ListedProcess {
  pid: number;
  parent: number;
  /** The program and its arguments, separated by blanks; empty for a process that has ended and whose parent has not waited for it. */
  command: string;
}

/** Every process that runs. */
export function listProcesses(): ListedProcess[] {
  return listedProcesses().map(({ pid, parent }) => ({
    pid,
    parent,
    command: readProc(pid, "cmdline").replaceAll("\0", " ").trim(),
  }));
}

/** A process's descendants, and the helper process that Firefox starts. */
export function familyOf(pid: number, all = listProcesses()): ListedProcess[] {
  const children = all.filter(
    ({ parent, command }) => parent === pid || new RegExp(`crashhelper ${pid}\\b`).test(command),
  );
  // The supervisor's own, which lives as long as this process: no browser.
  const others = children.filter(({ command }) => !command.endsWith("congruent-guard"));
  return others.flatMap((child) => [child, ...familyOf(child.pid, all)]);
}

/** Kills those of this process's descendants whose command matches. @returns how many */
export function killDescendants(pattern: RegExp): number {
  const victims = familyOf(process.pid).filter(({ command }) => pattern.test(command));
  for (const { pid } of victims) process.kill(pid, "SIGKILL");
  return victims.length;
}
