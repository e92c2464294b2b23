import { bfloat16 } from "./bfloat16.js";
import type { Contender } from "./contender.js";
import { eager } from "./eager.js";
import { graph } from "./graph.js";
import { keras } from "./keras.js";
import { pytorch } from "./pytorch.js";

export type { Configuration, Contender } from "./contender.js";

/** In the order of a table's rows. */
export const contenders: readonly Contender[] = [graph, bfloat16, eager, keras, pytorch];
