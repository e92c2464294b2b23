import type { Operators } from "../call.js";
import { convert } from "../convert.js";
import { valueDType } from "../from-proto.js";

/** Conversions between element types; {@link convert} says what rounds. */
export const cast: Operators = {
  Cast: {
    6: (call) => {
      const to = valueDType(call.int("to", 0), "the target of the cast");
      return [convert(call.input(0), to, call.int("saturate", 1) === 1)];
    },
  },
  CastLike: {
    15: (call) => [convert(call.input(0), call.input(1).dtype, call.int("saturate", 1) === 1)],
  },
};
