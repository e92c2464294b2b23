"""What compresses ONNX files in Python: ONNX Runtime's quantizers and onnxconverter-common, each as its documentation says.

    python compress_peers.py MODEL CALIBRATION.npz FOLDER

Writes FOLDER/NAME.onnx for each contender and prints one JSON document: a file's path by contender, or why there is none.
"""

import json
import os
import sys

import numpy
import onnx
from onnxconverter_common import float16
from onnxruntime.quantization import (
    CalibrationDataReader,
    CalibrationMethod,
    QuantFormat,
    QuantType,
    quantize_dynamic,
    quantize_static,
)
from onnxruntime.quantization.matmul_nbits_quantizer import MatMulNBitsQuantizer
from onnxruntime.quantization.shape_inference import quant_pre_process


class Samples(CalibrationDataReader):
    """Every sample of the arrays by itself; the first axis of each counts them."""

    def __init__(self, arrays):
        self.count = len(next(iter(arrays.values())))
        self.feeds = ({name: array[i : i + 1] for name, array in arrays.items()} for i in range(self.count))

    def get_next(self):
        return next(self.feeds, None)


def to_float16(model, out, _):
    made = float16.convert_float_to_float16(onnx.load(model), keep_io_types=True)
    onnx.save(made, out)


def to_int8_dynamic(model, out, _):
    # The kernel of ConvInteger takes unsigned weights alone.
    quantize_dynamic(model, out, per_channel=True, weight_type=QuantType.QUInt8)


def to_int8_static(method):
    def convert(model, out, arrays):
        prepared = f"{out}.prepared"
        quant_pre_process(model, prepared, skip_symbolic_shape=True)
        quantize_static(
            prepared,
            out,
            Samples(arrays),
            quant_format=QuantFormat.QDQ,
            per_channel=True,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
            calibrate_method=method,
        )

    return convert


def to_int4(model, out, _):
    quantizer = MatMulNBitsQuantizer(onnx.load(model), block_size=32, is_symmetric=False)
    quantizer.process()
    quantizer.model.save_model_to_file(out)


CONTENDERS = {
    "float16": to_float16,
    "int8-dynamic": to_int8_dynamic,
    "int8-static": to_int8_static(CalibrationMethod.MinMax),
    "int4": to_int4,
}


def main(model, calibration, folder):
    with numpy.load(calibration) as archive:
        arrays = {name: archive[name] for name in archive.files}
    answer = {}
    for name, convert in CONTENDERS.items():
        out = os.path.join(folder, f"{name}.onnx")
        try:
            convert(model, out, arrays)
            answer[name] = {"path": out}
        except Exception as error:  # What a peer cannot do is a line of the table.
            answer[name] = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(answer))


if __name__ == "__main__":
    main(*sys.argv[1:])
