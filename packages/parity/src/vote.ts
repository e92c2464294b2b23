/** Who is right where nobody computed the right values: independent witnesses vote. Pure. */

/** One run that takes part. */
export interface Voter {
  /** Whose arithmetic it is: runs of one family make the same mistakes, and have one vote together. */
  family: string;
  /** Whether the graph ran as it is in the file: an optimizer that all share would make the same mistake for all. */
  plain: boolean;
}

/**
 * How two runs compare: `unknown` where they differ by more than agreement allows, and by less than it takes to call one of them
 * wrong, or where no bound is known.
 */
export type Relation = "agree" | "differ" | "unknown";

export interface Vote {
  /** Runs that agree with each other, directly or through others, as positions in the list; in the order of the list. */
  camps: number[][];
  /** The camp that the majority of families is in, with a witness that no optimizer touched; null where nothing decides. */
  winner: number[] | null;
  /** Runs that differ from the winner: they are wrong. */
  wrong: number[];
  /** Runs of which nothing is decided; all of them where there is no winner. */
  undecided: number[];
  /** Families whose voting runs contradict each other: they have no vote. */
  split: string[];
  /** Why there is no winner, as half a sentence; null where there is one. */
  why: string | null;
}

/**
 * Every family has one vote: that of its plain runs, or of all where it has none. A camp wins with more than half of all families, two at
 * least, and a plain run among those that voted for it. The order of the list does not matter.
 *
 * @param relation symmetric
 * @example
 * ```ts
 * const voters = ["a", "b", "c"].map((family) => ({ family, plain: family === "a" }));
 * vote(voters, (i, j) => ([i, j].includes(2) ? "differ" : "agree")).wrong; // => [2]
 * vote(voters.slice(0, 2), () => "differ").why; // => "it is one against one"
 * ```
 */
export function vote(voters: readonly Voter[], relation: (a: number, b: number) => Relation): Vote {
  const camps = campsOf(voters.length, relation);
  const campOf = new Map(camps.flatMap((camp) => camp.map((member) => [member, camp] as const)));
  const families = [...new Set(voters.map(({ family }) => family))];
  const all = voters.map((_, index) => index);
  const split: string[] = [];
  const votes = new Map<number[], { families: number; plain: boolean }>();
  for (const family of families) {
    const own = all.filter((index) => voters[index]?.family === family);
    const plain = own.filter((index) => voters[index]?.plain);
    const voting = plain.length > 0 ? plain : own;
    const chosen = new Set(voting.map((index) => campOf.get(index) as number[]));
    const [camp] = chosen;
    if (chosen.size > 1 || !camp) {
      split.push(family);
      continue;
    }
    const so = votes.get(camp) ?? { families: 0, plain: false };
    votes.set(camp, { families: so.families + 1, plain: so.plain || plain.length > 0 });
  }
  const most = Math.max(0, ...[...votes.values()].map((each) => each.families));
  const [winner, ...tied] = [...votes].filter(([, each]) => each.families === most).map(([camp]) => camp);
  const why = whyNone(families.length, most, tied.length > 0, (winner && votes.get(winner)?.plain) ?? false);
  if (why !== null || !winner) {
    return { camps, winner: null, wrong: [], undecided: all, split, why: why ?? "nothing was run" };
  }
  const outside = all.filter((index) => !winner.includes(index));
  const wrong = outside.filter((index) => winner.every((member) => relation(index, member) === "differ"));
  const undecided = outside.filter((index) => !wrong.includes(index));
  return { camps, winner, wrong, undecided, split, why: null };
}

function whyNone(families: number, most: number, tied: boolean, plain: boolean): string | null {
  if (families < 2) return "all run the same kernels, and would make the same mistakes";
  if (tied) return `it is ${words(most)} against ${words(most)}`;
  if (most < 2 || most * 2 <= families) return `no majority: ${most} of ${families} kernel families agree`;
  return plain
    ? null
    : "all that agree share ONNX Runtime's graph optimizer, and nothing ran the graph as it is in the file";
}

function words(count: number): string {
  return ["none", "one", "two", "three", "four"][count] ?? String(count);
}

/** The connected parts of the graph of agreements: whoever is asked first does not matter. */
function campsOf(count: number, relation: (a: number, b: number) => Relation): number[][] {
  const left = new Set(Array.from({ length: count }, (_, index) => index));
  const camps: number[][] = [];
  for (const first of left) {
    left.delete(first);
    const camp = [first];
    // The camp grows while it is looked through.
    for (const member of camp) {
      for (const other of left) {
        if (relation(member, other) !== "agree") continue;
        left.delete(other);
        camp.push(other);
      }
    }
    camps.push(camp.sort((a, b) => a - b));
  }
  return camps;
}
