/** Ends the process groups of this process's children when it dies without a chance to do so itself: SIGKILL, a crash. */
import { type ChildProcess, spawn } from "node:child_process";
import type { Socket } from "node:net";

/** The guard's name among processes. */
export const GUARD = "congruent-guard";

/**
 * Reads `+ GROUP` and `- GROUP` until the other end of the pipe is closed, which is when this process is gone, and kills
 * the groups that are left. A shell, because there is one everywhere and it takes 1 MB.
 */
const SCRIPT = `
groups=
while read -r sign group; do
  case $sign in
    +) groups="$groups $group" ;;
    -) rest=
       for each in $groups; do [ "$each" = "$group" ] || rest="$rest $each"; done
       groups=$rest ;;
  esac
done
for each in $groups; do kill -s KILL -- "-$each"; done
`;

const groups = new Set<number>();
let shell: ChildProcess | null = null;

/** From now on the group ends with this process. Nothing on Windows. */
export function guardGroup(pid: number): void {
  if (process.platform === "win32") return;
  groups.add(pid);
  if (shell) say(`+ ${pid}\n`);
  else start();
}

/** The group has ended. */
export function releaseGroup(pid: number): void {
  if (groups.delete(pid)) say(`- ${pid}\n`);
}

function start(): void {
  const started = spawn("sh", ["-c", SCRIPT, GUARD], {
    cwd: "/",
    // Out of reach of what ends this process's group, such as the terminal's Ctrl-C.
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
  });
  shell = started;
  const gone = () => {
    if (shell === started) shell = null;
  };
  // Without it children are still ended by this process: in all cases but its sudden death.
  started.on("error", gone);
  started.on("exit", gone);
  started.stdin.on("error", gone);
  // It must not keep this process from its end.
  started.unref();
  (started.stdin as Socket).unref();
  for (const pid of groups) say(`+ ${pid}\n`);
}

function say(line: string): void {
  shell?.stdin?.write(line);
}
