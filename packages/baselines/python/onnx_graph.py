"""Writes an image classifier's graph node by node, in the standard operator set alone."""

from onnx import TensorProto, helper, numpy_helper

# The opset that packages/exporter writes networks in, and the oldest file version that may hold it.
OPSET = 18
IR_VERSION = 8


class Graph:
    """Nodes and constants; each method returns the name of the value that it adds."""

    def __init__(self, height, width, channels):
        self.nodes, self.constants, self.names, self.outputs = [], [], set(), []
        shape = ["batch", height, width, channels]
        self.input = helper.make_tensor_value_info("pixels", TensorProto.FLOAT, shape)

    def unique(self, name):
        candidate, count = name, 1
        while candidate in self.names:
            count += 1
            candidate = f"{name}_{count}"
        self.names.add(candidate)
        return candidate

    def constant(self, name, array):
        name = self.unique(name)
        self.constants.append(numpy_helper.from_array(array, name))
        return name

    def add(self, operator, inputs, name, **attributes):
        """A node with one output, both called `name`."""
        name = self.unique(name)
        self.nodes.append(helper.make_node(operator, inputs, [name], name=name, **attributes))
        return name

    def many(self, operator, inputs, outputs, **attributes):
        """A node with several outputs, whose names are unique already."""
        self.nodes.append(helper.make_node(operator, inputs, outputs, name=outputs[-1], **attributes))

    def flat(self):
        """The pixels as one row an image, raw: [batch, height * width * channels]."""
        return self.add("Flatten", ["pixels"], "flat", axis=1)

    def output(self, name, dtype, shape):
        self.outputs.append(helper.make_tensor_value_info(name, dtype, shape))

    def label(self, scores):
        """The position of the largest score, the first of equals, as numpy.argmax takes it."""
        self.add("ArgMax", [scores], "label", axis=1, keepdims=0)
        self.output("label", TensorProto.INT64, ["batch"])

    def scores(self, name, classes):
        self.output(name, TensorProto.FLOAT, ["batch", classes])

    def model(self, producer, version):
        graph = helper.make_graph(self.nodes, "classifier", [self.input], self.outputs, self.constants)
        return helper.make_model(
            graph,
            opset_imports=[helper.make_opsetid("", OPSET)],
            ir_version=IR_VERSION,
            producer_name=producer,
            producer_version=version,
        )


def save(model, path):
    with open(path, "wb") as file:
        file.write(model.SerializeToString(deterministic=True))
