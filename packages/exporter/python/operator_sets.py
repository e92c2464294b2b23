"""Every operator of the published sets, as the onnx package has them: JSON {domain: {name: [since, until or null]}}, the newest opset and
IR version, and each version's least and most inputs and outputs: [domain, name, since, [least, most], [least, most]], null without end."""

import json

import onnx

sets = {}
for schema in onnx.defs.get_all_schemas_with_history():
    since, until = sets.setdefault(schema.domain, {}).get(schema.name, (schema.since_version, None))
    until = schema.since_version if schema.deprecated else until
    sets[schema.domain][schema.name] = (min(since, schema.since_version), until)
# Withdrawn once and brought back in another form: the newest form counts.
for domain, operators in sets.items():
    for name, (since, until) in operators.items():
        if until is not None and not onnx.defs.get_schema(name, domain=domain).deprecated:
            operators[name] = (since, None)

END = 2**31 - 1
arities = [
    [
        schema.domain,
        schema.name,
        schema.since_version,
        [schema.min_input, None if schema.max_input == END else schema.max_input],
        [schema.min_output, None if schema.max_output == END else schema.max_output],
    ]
    for schema in onnx.defs.get_all_schemas_with_history()
]
print(json.dumps({"newest": onnx.defs.onnx_opset_version(), "ir": onnx.IR_VERSION, "sets": sets, "arities": arities}))
