import { expect, it } from "@jest/globals";
import { asKeras2 } from "./keras3.js";

it("states that Keras 3 gives a recurrent layer by name stand behind its input", () => {
  const tensor = (name: string) => ({
    class_name: "__keras_tensor__",
    config: { keras_history: [name, 0, 0] },
  });
  const node = {
    args: [tensor("x")],
    kwargs: { initial_state: [tensor("h"), tensor("c")], mask: null, training: false },
  };
  const layer = { class_name: "LSTM", config: { name: "lstm" }, inbound_nodes: [node] };
  expect(asKeras2(layer)).toMatchObject({
    inbound_nodes: [
      [
        ["x", 0, 0, {}],
        ["h", 0, 0, {}],
        ["c", 0, 0, {}],
      ],
    ],
  });
});
