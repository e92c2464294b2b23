"""Every operator of the published sets, as the onnx package has them: JSON {domain: {name: [since, until or null]}} and the newest opset."""

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
print(json.dumps({"newest": onnx.defs.onnx_opset_version(), "sets": sets}))
