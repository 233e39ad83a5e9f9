//! How large a document may be once its fragments are spread, counted before anything walks it.
//!
//! Fragments that spread fragments double in size with each one; the count remembers each fragment, so
//! that it costs no more than reading the document.

use std::collections::{HashMap, HashSet};

use async_graphql::{
    Name, Positioned,
    parser::types::{ExecutableDocument, FragmentDefinition, OperationDefinition, Selection, SelectionSet},
};

use crate::error::{Code, Refusal};

/// Most fields and spreads of a document, fragments spread.
pub const LARGEST_DOCUMENT: u64 = 5_000;
/// Most operations of a document: each of them is checked by itself.
const MOST_OPERATIONS: usize = 50;
/// Deepest nesting of a document, fragments spread.
pub const DEEPEST_DOCUMENT: u32 = 24;

/// The refusal of a document whose answer would be too long.
#[must_use]
pub fn too_long() -> Refusal {
    Refusal::new(
        Code::TooComplex,
        "La réponse serait trop longue : demandez des pages plus courtes ou moins de listes imbriquées.",
        "The answer would be too long: ask for shorter pages or fewer nested lists.",
    )
}

#[derive(Clone, Copy, Default)]
struct Size {
    selections: u64,
    depth: u32,
}

struct Measure<'a> {
    fragments: &'a HashMap<Name, Positioned<FragmentDefinition>>,
    known: HashMap<&'a Name, Option<Size>>,
}

/// Deepest nesting of brackets in the text: parsers recurse, and a stack has an end.
const DEEPEST_BRACKETS: u32 = 64;

/// Longest name of anything in a document, in bytes: an answer repeats it for each object.
const LONGEST_NAME: usize = 128;

/// Checks the nesting of brackets, and how long names are, before the text is parsed.
///
/// # Errors
///
/// [`Code::TooComplex`] when it is too deep or a name too long.
pub fn check_text(text: &str) -> Result<(), Refusal> {
    let (mut depth, mut name) = (0_u32, 0);
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        let begins = first.is_ascii_alphabetic() || *first == b'_';
        name = if begins || (name > 0 && first.is_ascii_digit()) { name + 1 } else { 0 };
        if name > LONGEST_NAME {
            return Err(Refusal::new(
                Code::TooComplex,
                format!("Un nom de la requête est trop long : {LONGEST_NAME} caractères au plus."),
                format!("A name of the query is too long: {LONGEST_NAME} characters at most."),
            ));
        }
        match first {
            b'#' => rest = from(rest, |rest| matches!(rest.first(), Some(b'\n' | b'\r'))),
            b'"' if rest.starts_with(b"\"\"") => rest = after_block(&rest[2..]),
            b'"' => rest = after_string(rest),
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > DEEPEST_BRACKETS {
            return Err(too_deep());
        }
    }
    Ok(())
}

/// The text from where something holds; nothing when it never does.
pub fn from(text: &[u8], holds: impl Fn(&[u8]) -> bool) -> &[u8] {
    (0..text.len()).map(|at| &text[at..]).find(|rest| holds(rest)).unwrap_or_default()
}

/// The text after a block string: three quotes end it, unless a backslash stands before them.
pub fn after_block(text: &[u8]) -> &[u8] {
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        if rest.starts_with(b"\\\"\"\"") {
            at += 4;
        } else if rest.starts_with(b"\"\"\"") {
            return &rest[3..];
        } else {
            at += 1;
        }
    }
    &[]
}

/// The text after a string: a quote ends it; so does the end of the line, where the parser gives up.
pub fn after_string(text: &[u8]) -> &[u8] {
    let mut at = 0;
    while let Some(byte) = text.get(at) {
        match byte {
            b'\\' if !matches!(text.get(at + 1), Some(b'\n' | b'\r')) => at += 2,
            b'"' | b'\n' | b'\r' => return &text[at + 1..],
            _ => at += 1,
        }
    }
    &[]
}

/// Lists of the introspection whose items lead back to the same lists.
const INTROSPECTED: [&str; 5] = ["types", "fields", "inputFields", "interfaces", "possibleTypes"];
/// Most introspections in one document.
const MOST_INTROSPECTIONS: u32 = 4;

/// Most fields of introspections, fragments spread: each is told of hundreds of types or thousands of fields. What tools ask
/// for takes about two hundred.
const MOST_INTROSPECTED: u32 = 250;
/// Most lists among them.
const MOST_LISTS: u32 = 24;

/// What a document asks of the schema.
#[derive(Default)]
struct Introspected {
    openings: u32,
    fields: u32,
    lists: u32,
}

/// Checks that no list of the introspection is asked within itself, nor many beside one another: each multiplies the answer.
/// The document's size is checked before.
fn check_introspection(
    set: &SelectionSet,
    fragments: &HashMap<Name, Positioned<FragmentDefinition>>,
    within: Option<[bool; INTROSPECTED.len()]>,
    count: &mut Introspected,
) -> Result<(), Refusal> {
    let too_much = || {
        Refusal::new(
            Code::TooComplex,
            "L’introspection demandée est trop imbriquée ou répétée : une liste du schéma ne se demande pas à l’intérieur d’elle-même.",
            "The introspection is nested too deep or repeated: a list of the schema is not asked within itself.",
        )
    };
    for selection in &set.items {
        let (inner, within) = match &selection.node {
            Selection::Field(field) => {
                let name = field.node.name.node.as_str();
                let opens = matches!(name, "__schema" | "__type");
                count.openings += u32::from(opens);
                count.fields += u32::from(within.is_some());
                count.lists += u32::from(within.is_some() && INTROSPECTED.contains(&name));
                if count.openings > MOST_INTROSPECTIONS
                    || count.fields > MOST_INTROSPECTED
                    || count.lists > MOST_LISTS
                {
                    return Err(too_much());
                }
                let mut within = within.or_else(|| opens.then_some([false; INTROSPECTED.len()]));
                let at = INTROSPECTED.iter().position(|list| *list == name);
                if let (Some(seen), Some(at)) = (&mut within, at)
                    && std::mem::replace(&mut seen[at], true)
                {
                    return Err(too_much());
                }
                (&field.node.selection_set.node, within)
            }
            Selection::InlineFragment(fragment) => (&fragment.node.selection_set.node, within),
            Selection::FragmentSpread(spread) => match fragments.get(&spread.node.fragment_name.node) {
                Some(fragment) => (&fragment.node.selection_set.node, within),
                None => continue,
            },
        };
        check_introspection(inner, fragments, within, count)?;
    }
    Ok(())
}

/// Checks the size and depth of a parsed document; gives whether it asks for the schema.
///
/// # Errors
///
/// [`Code::TooComplex`] when it is too large, [`Code::ValidationFailed`] when a fragment spreads itself, or nothing spreads it:
/// that is in no count, and the engine would walk it.
pub fn check(document: &ExecutableDocument) -> Result<bool, Refusal> {
    let mut measure = Measure { fragments: &document.fragments, known: HashMap::new() };
    if document.operations.iter().count() > MOST_OPERATIONS {
        return Err(Refusal::new(
            Code::TooComplex,
            format!("Un document a {MOST_OPERATIONS} opérations au plus."),
            format!("A document has {MOST_OPERATIONS} operations at most."),
        ));
    }
    // Over all operations together: each of them is walked.
    let mut all = Size::default();
    let mut count = Introspected::default();
    for (_, operation) in document.operations.iter() {
        let mut size = measure.set(&operation.node.selection_set.node, 0)?;
        let own = 1 + operation.node.directives.len() as u64;
        size.selections = size.selections.saturating_add(all.selections).saturating_add(own);
        check_variables(&operation.node)?;
        all = size;
        if size.depth > DEEPEST_DOCUMENT {
            return Err(too_deep());
        }
        if size.selections > LARGEST_DOCUMENT {
            return Err(Refusal::new(
                Code::TooComplex,
                format!(
                    "La requête compte {} champs une fois ses fragments développés ; la limite est de {LARGEST_DOCUMENT}.",
                    size.selections
                ),
                format!(
                    "The query has {} fields once its fragments are spread; the limit is {LARGEST_DOCUMENT}.",
                    size.selections
                ),
            ));
        }
        check_introspection(&operation.node.selection_set.node, &document.fragments, None, &mut count)?;
    }
    if let Some(name) = document.fragments.keys().filter(|name| !measure.known.contains_key(*name)).min() {
        return Err(Refusal::new(
            Code::ValidationFailed,
            format!("Le fragment « {name} » ne sert pas."),
            format!("The fragment “{name}” is never used."),
        ));
    }
    Ok(count.openings > 0)
}

/// Most arguments of a field or a directive: they are looked for by name, one after the other.
const MOST_ARGUMENTS: usize = 50;

/// Checks how many arguments a selection and its directives have.
fn check_arguments(selection: &Selection) -> Result<(), Refusal> {
    let own = if let Selection::Field(field) = selection { field.node.arguments.len() } else { 0 };
    let directives = selection.directives().iter().map(|directive| directive.node.arguments.len());
    if directives.chain([own]).any(|count| count > MOST_ARGUMENTS) {
        return Err(Refusal::new(
            Code::TooComplex,
            format!("Un champ ou une directive a {MOST_ARGUMENTS} arguments au plus."),
            format!("A field or a directive has {MOST_ARGUMENTS} arguments at most."),
        ));
    }
    Ok(())
}

/// Most variables of an operation: they are looked for by name at each use, one after the other.
const MOST_VARIABLES: usize = 200;

/// Checks how many variables an operation declares, each once and without directives, of which none may stand there.
fn check_variables(operation: &OperationDefinition) -> Result<(), Refusal> {
    let definitions = &operation.variable_definitions;
    if definitions.len() > MOST_VARIABLES {
        return Err(Refusal::new(
            Code::TooComplex,
            format!("Une opération a {MOST_VARIABLES} variables au plus."),
            format!("An operation has {MOST_VARIABLES} variables at most."),
        ));
    }
    let mut names = HashSet::new();
    for Positioned { node: definition, .. } in definitions {
        let name = &definition.name.node;
        if !names.insert(name) {
            return Err(Refusal::new(
                Code::ValidationFailed,
                format!("La variable « ${name} » est déclarée deux fois."),
                format!("The variable “${name}” is declared twice."),
            ));
        }
        if let Some(directive) = definition.directives.first() {
            let directive = &directive.node.name.node;
            return Err(Refusal::new(
                Code::ValidationFailed,
                format!("La directive « @{directive} » ne se place pas sur une variable."),
                format!("The directive “@{directive}” does not stand on a variable."),
            ));
        }
    }
    Ok(())
}

/// The refusal of a document that is nested too deep.
#[must_use]
pub fn too_deep() -> Refusal {
    Refusal::new(
        Code::TooComplex,
        format!("La requête est trop imbriquée : {DEEPEST_DOCUMENT} niveaux de champs au plus."),
        format!("The query is nested too deep: {DEEPEST_DOCUMENT} levels of fields at most."),
    )
}

impl<'a> Measure<'a> {
    /// `above` is how deep the set already stands; the walk stops where the limit does.
    fn set(&mut self, set: &'a SelectionSet, above: u32) -> Result<Size, Refusal> {
        if above > DEEPEST_DOCUMENT {
            return Err(too_deep());
        }
        let mut total = Size::default();
        for selection in &set.items {
            let inner = match &selection.node {
                Selection::Field(field) => self.set(&field.node.selection_set.node, above + 1)?,
                Selection::InlineFragment(fragment) => {
                    self.set(&fragment.node.selection_set.node, above + 1)?
                }
                Selection::FragmentSpread(spread) => {
                    self.fragment(&spread.node.fragment_name.node, above + 1)?
                }
            };
            check_arguments(&selection.node)?;
            let own = 1 + selection.node.directives().len() as u64;
            total.selections = total.selections.saturating_add(inner.selections).saturating_add(own);
            total.depth = total.depth.max(inner.depth.saturating_add(1));
        }
        Ok(total)
    }

    fn fragment(&mut self, name: &'a Name, above: u32) -> Result<Size, Refusal> {
        match self.known.get(name) {
            Some(Some(size)) => return Ok(*size),
            Some(None) => {
                return Err(Refusal::new(
                    Code::ValidationFailed,
                    format!("Le fragment « {name} » se contient lui-même."),
                    format!("The fragment “{name}” contains itself."),
                ));
            }
            None => {}
        }
        let Some(definition) = self.fragments.get(name) else { return Ok(Size::default()) };
        self.known.insert(name, None);
        let size = self.set(&definition.node.selection_set.node, above)?;
        self.known.insert(name, Some(size));
        Ok(size)
    }
}

#[cfg(test)]
mod tests {
    use super::{check, check_text};
    use async_graphql::parser::parse_query;

    fn code(text: &str) -> Option<&'static str> {
        check(&parse_query(text).unwrap()).err().map(|refusal| refusal.code.word())
    }

    #[test]
    fn a_bomb_of_fragments_is_counted_without_being_walked() {
        let mut bomb = String::from("{ ...f0 }");
        for level in 0..40 {
            bomb.push_str(&format!(" fragment f{level} on Query {{ ...f{0} ...f{0} }}", level + 1));
        }
        bomb.push_str(" fragment f40 on Query { __typename }");
        assert_eq!(code(&bomb), Some("TOO_COMPLEX"));
    }

    #[test]
    fn a_long_chain_of_fragments_or_brackets_ends_before_the_stack_does() {
        let mut chain = String::from("{ ...f0 }");
        for level in 0..3_000 {
            chain.push_str(&format!(" fragment f{level} on Query {{ ...f{} }}", level + 1));
        }
        chain.push_str(" fragment f3000 on Query { __typename }");
        assert_eq!(code(&chain), Some("TOO_COMPLEX"));
        let brackets = format!("{{ territory(code: {}{}) {{ id }} }}", "[".repeat(500), "]".repeat(500));
        assert!(check_text(&brackets).is_err());
        let quoted =
            format!("{{ territory(code: \"{}\\\"\") {{ id }} }} # {}", "[".repeat(500), "{".repeat(500));
        assert!(check_text(&quoted).is_ok());
    }

    #[test]
    fn brackets_are_counted_as_the_parser_reads_the_text() {
        let nested = format!("{}{}", "[".repeat(1_700), "]".repeat(1_700));
        for text in [
            format!("#\r {{a(b:{nested}){{c}}}}"),
            format!("{{a(b:\"\"\"\\\\\"\"\"\"\"\" c:{nested}){{d}}}}"),
            format!("{{a(b:\"\"\" \\\"\"\" \"\"\" c:{nested}){{d}}}}"),
            format!("{{a(b:\"\\\\\" c:{nested}){{d}}}}"),
            format!("query($a: I = {nested}) {{b}}"),
            format!("{{a @b(c:{nested})}}"),
        ] {
            assert!(check_text(&text).is_err(), "{}", &text[..40]);
        }
        for text in ["{a(b:\"\"\" [[ \\\"\"\" ((( \"\"\"){c}}", "{a(b:\"\\\"((\"){c}} # {{"] {
            assert!(check_text(text).is_ok(), "{text}");
        }
    }

    #[test]
    fn a_bomb_of_introspection_is_refused_and_the_usual_one_is_not() {
        let bomb = r#"{ __type(name: "Node") { possibleTypes { interfaces { possibleTypes { name } } } } }"#;
        assert_eq!(code(bomb), Some("TOO_COMPLEX"));
        let spread = "{ __schema { types { ...t } } } fragment t on __Type { fields { type { ...u } } } fragment u on __Type { fields { name } }";
        assert_eq!(code(spread), Some("TOO_COMPLEX"));
        let many: String = (0..20).map(|at| format!("a{at}: __schema {{ types {{ name }} }} ")).collect();
        assert_eq!(code(&format!("{{ {many} }}")), Some("TOO_COMPLEX"));
        let usual = "{ __schema { queryType { name } types { name fields { name args { name type { ofType { name } } } type { ofType { name } } } inputFields { name } interfaces { name } possibleTypes { name } } directives { name args { name } } } }";
        assert_eq!(code(usual), None);
    }

    #[test]
    fn names_have_an_end_and_so_do_variables_and_directives() {
        let named = |length: usize| format!("{{ {}: __typename }} # {}", "a".repeat(length), "b".repeat(500));
        assert!(check_text(&named(128)).is_ok() && check_text(&named(129)).is_err());
        let quoted = format!("{{ territory(code: \"{}\") {{ id }} }}", "c".repeat(500));
        assert!(check_text(&quoted).is_ok());
        let declared = |count: usize| {
            let all: String = (0..count).map(|at| format!("$v{at}: Int ")).collect();
            code(&format!("query ({all}) {{ __typename }}"))
        };
        assert_eq!((declared(200), declared(201)), (None, Some("TOO_COMPLEX")));
        assert_eq!(code("query ($a: Int, $a: Int) { __typename }"), Some("VALIDATION_FAILED"));
        assert_eq!(code("query ($a: Int @skip(if: true)) { __typename }"), Some("VALIDATION_FAILED"));
        let directives = "@skip(if: true) ".repeat(5_000);
        assert_eq!(code(&format!("{{ __typename {directives} }}")), Some("TOO_COMPLEX"));
    }

    #[test]
    fn many_operations_count_together() {
        let fields = "a ".repeat(1_000);
        let operations: String = (0..10).map(|at| format!("query q{at} {{ ...F }} ")).collect();
        let document = format!("{operations} fragment F on Query {{ {fields} }}");
        assert_eq!(code(&document), Some("TOO_COMPLEX"));
        let small = |count: usize| {
            let all: String = (0..count).map(|at| format!("query q{at} {{ a }} ")).collect();
            code(&all)
        };
        assert_eq!((small(50), small(51)), (None, Some("TOO_COMPLEX")));
    }

    #[test]
    fn a_fragment_that_nothing_spreads_and_a_crowd_of_arguments_are_refused() {
        assert_eq!(code("{ ...a } fragment a on Query { b }"), None);
        assert_eq!(
            code("{ ...a } fragment a on Query { b } fragment c on Query { ...a }"),
            Some("VALIDATION_FAILED")
        );
        assert_eq!(code("{ a } fragment b on Query { ...b }"), Some("VALIDATION_FAILED"));
        let arguments = |count: usize| (0..count).map(|at| format!("a{at}: 1 ")).collect::<String>();
        assert_eq!(code(&format!("{{ a({}) @b({}) }}", arguments(50), arguments(50))), None);
        assert_eq!(code(&format!("{{ a({}) }}", arguments(51))), Some("TOO_COMPLEX"));
        assert_eq!(code(&format!("{{ ... @a({}) {{ b }} }}", arguments(51))), Some("TOO_COMPLEX"));
    }

    #[test]
    fn a_fragment_that_spreads_itself_is_refused() {
        let circle = "{ ...a } fragment a on Query { ...b } fragment b on Query { ...a }";
        assert_eq!(code(circle), Some("VALIDATION_FAILED"));
    }

    #[test]
    fn an_ordinary_query_passes() {
        assert_eq!(code("{ territory(code: \"21231\") { name parent { name } } }"), None);
    }
}
