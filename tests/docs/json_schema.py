"""A checker of JSON Schema for the tests of ours."""
import re


class Schema:
    """As much of JSON Schema as ours uses; anything else is an error here."""
    KNOWN = {"$schema", "$defs", "$ref", "title", "description", "type", "additionalProperties", "required", "properties", "items",
             "minItems", "maxItems", "pattern", "minimum", "maximum", "enum", "const", "oneOf"}
    TYPES = {"object": dict, "array": list, "string": str, "integer": int, "boolean": bool, "null": type(None)}

    def __init__(self, schema, others=None):
        """others: files that it refers to, by name."""
        self.top = schema
        self.others = {name: Schema(other) for name, other in (others or {}).items()}

    def good_as(self, value, name):
        """Whether it is as $defs has it under this name."""
        return self.good(value, self.top["$defs"][name])

    def good(self, value, s=None):
        s = self.top if s is None else s
        assert set(s) <= self.KNOWN, set(s) - self.KNOWN
        if "$ref" in s:
            file, _, place = s["$ref"].partition("#")
            schema = self.others[file] if file else self
            return schema.good_as(value, place.rpartition("/")[2]) if place else schema.good(value)
        if "oneOf" in s and sum(self.good(value, o) for o in s["oneOf"]) != 1:
            return False
        if "const" in s and value != s["const"] or "enum" in s and value not in s["enum"]:
            return False
        if "type" in s and (not isinstance(value, self.TYPES[s["type"]]) or isinstance(value, bool) != (s["type"] == "boolean")):
            return False
        if "pattern" in s and not re.search(s["pattern"], value):
            return False
        if "minimum" in s and value < s["minimum"] or "maximum" in s and value > s["maximum"]:
            return False
        if isinstance(value, dict) and "properties" in s:
            properties = s["properties"]
            return set(s.get("required", [])) <= set(value) <= set(properties) and all(self.good(v, properties[k]) for k, v in value.items())
        if isinstance(value, list) and "items" in s:
            return s.get("minItems", 0) <= len(value) <= s.get("maxItems", len(value)) and all(self.good(v, s["items"]) for v in value)
        return True
