"""Generates TypeScript protobuf classes (protobuf-es) from the descriptors that a Python wheel carries.

    PYTHON scripts/generate-protos.py OUT MODULE [MODULE ...]

PYTHON is an interpreter that can import the modules, OUT the folder to write. Each MODULE is a generated *_pb2
module, such as onnx.onnx_ml_pb2 or tensorflow.core.framework.graph_pb2; the files that they import are generated too. Run from
the repository's root after `pnpm install`: the plugin is the protoc-gen-es of node_modules.

The descriptor is the contract itself, so no .proto text is copied into the repository. Wheels strip comments
from their descriptors; the classes therefore have the fields' names and types and nothing else.
"""

import importlib
import pathlib
import shutil
import subprocess
import sys

from google.protobuf import descriptor_pb2
from google.protobuf.compiler import plugin_pb2

# Files that protobuf-es ships itself as @bufbuild/protobuf/wkt.
WELL_KNOWN = "google/protobuf/"


def collect(file, seen):
    """Appends a file after the files that it imports: the order that plugins require."""
    if file.name in seen:
        return
    for dependency in file.dependencies:
        collect(dependency, seen)
    seen[file.name] = file


def name_fields_in_json(message):
    """Fills in json_name, which protoc sends to plugins and Python's descriptors leave out."""
    for field in message.field:
        first, *rest = field.name.split("_")
        field.json_name = first + "".join(part[:1].upper() + part[1:] for part in rest)
    for nested in message.nested_type:
        name_fields_in_json(nested)


def main(arguments):
    if len(arguments) < 2:
        print(__doc__, file=sys.stderr)
        return 2
    out, modules = pathlib.Path(arguments[0]), arguments[1:]
    plugin = pathlib.Path(__file__).parent.parent / "node_modules" / ".bin" / "protoc-gen-es"
    if not plugin.exists():
        print(f"{plugin} is missing; run: pnpm install", file=sys.stderr)
        return 3

    files = {}
    for module in modules:
        collect(importlib.import_module(module).DESCRIPTOR, files)

    request = plugin_pb2.CodeGeneratorRequest(parameter="target=ts,import_extension=js")
    for file in files.values():
        proto = descriptor_pb2.FileDescriptorProto.FromString(file.serialized_pb)
        for message in proto.message_type:
            name_fields_in_json(message)
        request.proto_file.append(proto)
    request.file_to_generate.extend(name for name in files if not name.startswith(WELL_KNOWN))

    answer = subprocess.run([str(plugin)], input=request.SerializeToString(), stdout=subprocess.PIPE, check=True)
    response = plugin_pb2.CodeGeneratorResponse.FromString(answer.stdout)
    if response.error:
        print(response.error, file=sys.stderr)
        return 1

    shutil.rmtree(out, ignore_errors=True)
    for file in response.file:
        path = out / file.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(file.content, encoding="utf-8")
        print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
