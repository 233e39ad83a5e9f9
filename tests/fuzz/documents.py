"""What makes generated documents worth asking: words that name something here, pages of a length that can be answered,
variables and files. All that is drawn comes from the generator's own random numbers, so that a seed tells it again."""

import dataclasses
import json

import graphql

from words import FILE, FILES


class Likelier(graphql.Visitor):
    """Puts words that are known in place of most texts, and gives pages lengths that can be answered."""

    def __init__(self, words, models, caller, random):
        super().__init__()
        self.words, self.models, self.caller, self.random = words, models, caller, random
        # The field whose arguments are looked at, and whether it is an act.
        self.field, self.acts = "", False

    def enter_operation_definition(self, node, *_):
        self.acts = node.operation is graphql.OperationType.MUTATION

    def enter_field(self, node, *_):
        self.field = node.name.value
        if not node.arguments:
            return None
        left_out = set()
        # Both ends of a list at once are refused: that is asked now and then.
        for ends in (("first", "last"), ("after", "before")):
            if self.random.random() < 0.9:
                left_out.add(ends[self.random.random() < 0.9])
        if self.random.random() < 0.7:
            left_out |= {"after", "before"}
        kept = [argument for argument in node.arguments if argument.name.value not in left_out]
        # What people wrote asks about what is there, and acts on what is not: words of what is there are put into acts.
        if self.acts:
            kept = [self.like(argument) for argument in kept]
        return dataclasses.replace(node, arguments=tuple(self.named(argument) for argument in kept))

    def leave_field(self, node, *_):
        self.field = node.name.value
        if self.acts or not node.arguments:
            return None
        return dataclasses.replace(node, arguments=tuple(self.like(argument) for argument in node.arguments))

    def like(self, argument):
        return dataclasses.replace(argument, value=self.models.like(self.field, argument, self.random))

    def enter_object_field(self, node, *_):
        return self.named(node)

    def named(self, node):
        """An argument, or a part of one, whose texts are, most of them, words of what it names."""
        name, value = node.name.value, node.value
        if name in ("first", "last") and self.random.random() < 0.9:
            value = graphql.IntValueNode(value=str(self.random.randrange(4)))
        elif isinstance(value, graphql.ListValueNode):
            value = self.listed(name, value)
        return dataclasses.replace(node, value=self.word(name, value))

    def listed(self, name, value):
        """A list of words: short, and seldom empty where words are known."""
        if self.random.random() < 0.1:
            return value
        values = [self.word(name, one) for one in value.values[: self.random.randrange(1, 6)]]
        word = self.words.draw(name, self.field, self.caller, self.random)
        if not values and word is not None:
            values = [graphql.StringValueNode(value=word)]
        return dataclasses.replace(value, values=tuple(values))

    def word(self, name, value):
        if not isinstance(value, graphql.StringValueNode) or value.value == FILE or self.random.random() < 0.15:
            return value
        word = self.words.draw(name, self.field, self.caller, self.random)
        return value if word is None else graphql.StringValueNode(value=word)


class Variables(graphql.Visitor):
    """Takes files, and some arguments whole, out of a document and into its variables."""

    def __init__(self, info, random):
        super().__init__()
        self.info, self.random = info, random
        self.types, self.values, self.files = {}, {}, []

    def variable(self, type_, value):
        name = f"v{len(self.types)}"
        self.types[name], self.values[name] = type_, value
        return graphql.VariableNode(name=graphql.NameNode(value=name))

    def enter_argument(self, node, *_):
        argument = self.info.get_argument()
        if argument is None or self.random.random() < 0.7 or FILE in graphql.print_ast(node):
            return None
        value = graphql.value_from_ast_untyped(node.value)
        try:
            json.dumps(value, allow_nan=False)
        except ValueError:
            return None
        return dataclasses.replace(node, value=self.variable(str(argument.type), value))

    def enter_string_value(self, node, *_):
        if node.value != FILE:
            return None
        name = f"v{len(self.types)}"
        self.files.append((name, self.random.choice(sorted(FILES))))
        return self.variable("Upload!", None)


def made(text, schema, likelier, random):
    """The text of a document made likelier, its variables, and the files that some of them are."""
    document = graphql.visit(graphql.parse(text), likelier)
    info = graphql.TypeInfo(schema)
    variables = Variables(info, random)
    [operation] = graphql.visit(document, graphql.TypeInfoVisitor(info, variables)).definitions
    selections = operation.selection_set.selections
    if operation.operation is graphql.OperationType.MUTATION:
        selections = tuple(telling(field, schema) for field in selections)
    defined = tuple(
        graphql.VariableDefinitionNode(
            variable=graphql.VariableNode(name=graphql.NameNode(value=name)), type=graphql.parse_type(type_)
        )
        for name, type_ in variables.types.items()
    )
    operation = dataclasses.replace(
        operation,
        name=graphql.NameNode(value="Fuzz"),
        variable_definitions=defined,
        selection_set=graphql.SelectionSetNode(selections=selections),
    )
    return graphql.print_ast(operation), variables.values, variables.files


def telling(field, schema):
    """An act that says why it was not done, and under which references what it did is found."""
    told = ["userErrors { code field message }"]
    for name, part in schema.mutation_type.fields[field.name.value].type.of_type.fields.items():
        inner = getattr(graphql.get_named_type(part.type), "fields", {})
        told += [f"{name} {{ {one} }}" for one in ("reference", "version") if one in inner]
    [document] = graphql.parse("{ " + " ".join(told) + " }").definitions
    selections = (*field.selection_set.selections, *document.selection_set.selections)
    return dataclasses.replace(field, selection_set=graphql.SelectionSetNode(selections=selections))
