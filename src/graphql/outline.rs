//! What an answer holds under which key, in the order of the document and by what may be null there, as the specification has it.
//! The engine tells keys in the order in which they were resolved, leaves out what failed, and tells an object of which nothing is
//! left as null.

use async_graphql::{
    Name, PathSegment, Value,
    indexmap::IndexMap,
    parser::types::{BaseType, Type},
};

/// The key under which each object says its type, to [`Outline`] and to nobody else: no client can write it.
pub const TYPE_KEY: &str = "·";

/// The keys of an object, in order.
#[derive(Debug, Default)]
pub struct Outline {
    /// What stands under each key.
    pub branches: IndexMap<Name, Branch>,
    /// The keys by the type of the object, where they differ by that.
    pub by_type: Vec<(Name, Self)>,
}

/// What stands under a key.
#[derive(Debug, Default)]
pub struct Branch {
    /// Its type; none where it is not known, as of the introspection.
    pub kind: Option<&'static Type>,
    /// What is within.
    pub within: Outline,
}

impl Outline {
    /// The outline of an object of a type.
    fn of(&self, type_name: Option<&Value>) -> &Self {
        let Some(Value::String(type_name)) = type_name else { return self };
        let found = self.by_type.iter().find(|(known, _)| known == type_name);
        found.map_or(self, |(_, outline)| outline)
    }

    /// Puts the null of what failed into an answer: there where its type allows it, else at the nearest thing around it that may be
    /// null; false when that is the answer as a whole. [Arranged](Self::arrange) later.
    pub fn put_null(&self, object: &mut Value, path: &[PathSegment]) -> bool {
        let (Value::Object(object), Some((PathSegment::Field(key), rest))) = (object, path.split_first())
        else {
            return true;
        };
        let branch = self.of(object.get(TYPE_KEY)).branches.get(key.as_str());
        let Some(Branch { kind: Some(kind), within }) = branch else { return true };
        let value = object.entry(Name::new(key)).or_default();
        let is_there = *value != Value::Null && within.put_null_at(value, rest, kind);
        if !is_there {
            *value = Value::Null;
        }
        is_there || kind.nullable
    }

    /// The same in what may be a list; false when it must be null as a whole.
    fn put_null_at(&self, value: &mut Value, path: &[PathSegment], kind: &Type) -> bool {
        let (BaseType::List(of), Value::List(items), Some((PathSegment::Index(at), rest))) =
            (&kind.base, &mut *value, path.split_first())
        else {
            return !path.is_empty() && self.put_null(value, path);
        };
        let Some(item) = items.get_mut(*at) else { return true };
        if *item != Value::Null && self.put_null_at(item, rest, of) {
            return true;
        }
        *item = Value::Null;
        of.nullable
    }

    /// Puts the keys of an answer in order, and takes out what says types to us.
    pub fn arrange(&self, value: &mut Value) {
        match value {
            Value::List(items) => items.iter_mut().for_each(|item| self.arrange(item)),
            Value::Object(object) => {
                let is_last = object.last().is_some_and(|(key, _)| key == TYPE_KEY);
                let told =
                    if is_last { object.pop().map(|(_, told)| told) } else { object.shift_remove(TYPE_KEY) };
                self.of(told.as_ref()).arrange_object(object);
            }
            _ => {}
        }
    }

    fn arrange_object(&self, object: &mut IndexMap<Name, Value>) {
        if !self.is_order_of(object) {
            let mut given = std::mem::take(object);
            for key in self.branches.keys() {
                object.extend(given.swap_remove_entry(key));
            }
            // What is written already stands under a key of its own.
            object.extend(given);
        }
        let mut branches = self.branches.iter();
        for (key, value) in object.iter_mut() {
            if let Some((_, branch)) = branches.find(|(known, _)| *known == key) {
                branch.within.arrange(value);
            }
        }
    }

    /// Whether the keys of an object stand in this order already, as those of most do.
    fn is_order_of(&self, object: &IndexMap<Name, Value>) -> bool {
        let mut keys = self.branches.keys();
        object.keys().all(|key| keys.any(|known| known == key))
    }
}

#[cfg(test)]
mod tests;
