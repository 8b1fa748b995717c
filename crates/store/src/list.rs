//! Lists of values within a statement.

use sqlx::{Database, Encode, QueryBuilder, Type};

/// Adds `(…)` with a parameter for each value, at least one. The last is repeated until there are a
/// power of two of them: lists of every length make few statements so, and each is prepared once.
pub(crate) fn push_list<'q, DB, T>(query: &mut QueryBuilder<DB>, values: impl Iterator<Item = T>)
where
    DB: Database,
    T: Copy + Encode<'q, DB> + Type<DB>,
{
    let mut last = None;
    let mut count = 0_usize;
    query.push("(");
    let mut list = query.separated(", ");
    for value in values {
        list.push_bind(value);
        last = Some(value);
        count += 1;
    }
    if let Some(last) = last {
        for _ in count..count.next_power_of_two() {
            list.push_bind(last);
        }
    }
    query.push(")");
}

#[cfg(test)]
mod tests {
    use sqlx::Sqlite;

    use super::*;

    #[test]
    fn lists_of_many_lengths_make_few_statements() {
        let statement = |count: i64| {
            let mut query = QueryBuilder::<Sqlite>::new("IN ");
            push_list(&mut query, 0..count);
            query.sql().as_str().to_owned()
        };
        assert_eq!(statement(1), "IN (?)");
        assert_eq!(statement(3), statement(4));
        assert_ne!(statement(4), statement(5));
        assert_eq!(statement(33), statement(64));
    }
}
