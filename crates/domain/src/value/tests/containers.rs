use std::collections::HashMap;

use proptest::prelude::*;

use crate::value::{Date, Index, Table, Timeline};

fn day(days: i32) -> Date {
    Date::from_days(days).unwrap()
}

#[test]
fn a_timeline_says_what_held_when() {
    let mut status = Timeline::new();
    assert!(status.at(day(5)).is_none() && status.latest().is_none() && status.is_empty());
    status.insert(day(10), 7, "idle");
    status.insert(day(1), 3, "active");
    status.insert(day(10), 5, "semi-active");
    let held = |timeline: &Timeline<&'static str>, on| timeline.at(day(on)).map(|entry| entry.value);
    assert_eq!(held(&status, 0), None);
    assert_eq!(held(&status, 1), Some("active"));
    assert_eq!(held(&status, 9), Some("active"));
    assert_eq!(held(&status, 10), Some("idle"));
    assert_eq!(status.before(day(10), 7).unwrap().value, "semi-active");
    assert_eq!(status.before(day(1), 3), None);
    assert_eq!(status.after(day(10), 5).unwrap().value, "idle");
    assert_eq!(status.after(day(10), 7), None);
    assert!(status.redate(3, day(20)));
    assert!(!status.redate(99, day(20)));
    assert_eq!((held(&status, 9), held(&status, 20)), (None, Some("active")));
    assert_eq!(status.remove(7).unwrap().effective, day(10));
    assert_eq!(status.remove(7), None);
    assert_eq!(held(&status, 10), Some("semi-active"));
    assert_eq!(status.len(), 2);
    let kept: Timeline<String> = serde_json::from_str(&serde_json::to_string(&status).unwrap()).unwrap();
    assert_eq!(kept.latest().unwrap().value, "active");
    assert_eq!(kept.iter().map(|entry| entry.position).collect::<Vec<_>>(), [5, 3]);
}

#[test]
fn a_clone_of_a_table_keeps_its_rows() {
    let mut table: Table<String> = Table::new();
    assert_eq!(table.push("a".to_owned()), 0);
    assert_eq!(table.push("b".to_owned()), 1);
    let then = table.clone();
    table.get_mut(1).push('!');
    assert_eq!(table.push("c".to_owned()), 2);
    assert_eq!(table.iter().collect::<Vec<_>>(), ["a", "b!", "c"]);
    assert_eq!(then.iter().collect::<Vec<_>>(), ["a", "b"]);
    assert!(std::ptr::eq(table.get(0), then.get(0)), "an unchanged row is shared");
}

#[test]
fn a_table_grows_over_its_branches_while_it_is_shared() {
    let (mut table, mut model, mut kept) = (Table::new(), Vec::new(), Vec::new());
    for row in 0..5_000_u32 {
        if row % 333 == 0 {
            kept.push((table.clone(), model.clone()));
        }
        assert_eq!(table.push(row), row);
        model.push(row);
        let changed = row / 2;
        *table.get_mut(changed) += 1;
        model[changed as usize] += 1;
    }
    kept.push((table, model));
    for (table, model) in kept {
        assert!(table.iter().eq(model.iter()));
        assert!(table.iter().rev().eq(model.iter().rev()));
        assert!((0..table.len() as u32).all(|number| *table.get(number) == model[number as usize]));
        assert_eq!(model.into_iter().collect::<Table<_>>(), table);
    }
}

#[test]
#[should_panic = "row numbers come from this table"]
fn a_foreign_row_number_is_a_fault() {
    Table::<u8>::new().get(0);
}

#[test]
fn an_index_outgrows_its_base_while_it_is_shared() {
    let mut index = Index::new();
    let mut clones = Vec::new();
    for key in 0..40_000_u32 {
        if key % 1_000 == 0 {
            clones.push((key, index.clone()));
        }
        assert_eq!(index.insert(u64::from(key), key), None);
    }
    assert_eq!(index.len(), 40_000);
    for (length, clone) in &clones {
        assert_eq!(clone.len(), *length as usize);
        assert_eq!(clone.get(&u64::from(*length)), None);
        assert_eq!(clone.get(&0), (*length > 0).then_some(0));
    }
    for key in 0..40_000_u32 {
        assert_eq!(index.get(&u64::from(key)), Some(key));
    }
}

#[derive(Clone, Debug)]
enum Step {
    Insert(u16, u32),
    Remove(u16),
    Clone,
    Forget,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        8 => (0_u16..50, any::<u32>()).prop_map(|(key, number)| Step::Insert(key, number)),
        4 => (0_u16..50).prop_map(Step::Remove),
        1 => Just(Step::Clone),
        1 => Just(Step::Forget),
    ];
    proptest::collection::vec(step, 0..200)
}

proptest! {
    #[test]
    fn an_index_is_a_map(steps in steps()) {
        let (mut index, mut model) = (Index::new(), HashMap::new());
        let mut kept: Vec<(Index<String>, HashMap<String, u32>)> = Vec::new();
        for step in steps {
            match step {
                Step::Insert(key, number) => {
                    prop_assert_eq!(index.insert(key.to_string(), number), model.insert(key.to_string(), number));
                }
                Step::Remove(key) => {
                    prop_assert_eq!(index.remove(key.to_string().as_str()), model.remove(&key.to_string()));
                }
                Step::Clone => kept.push((index.clone(), model.clone())),
                Step::Forget => drop(kept.pop()),
            }
            prop_assert_eq!(index.len(), model.len());
            prop_assert_eq!(index.is_empty(), model.is_empty());
        }
        kept.push((index, model));
        for (index, model) in kept {
            for key in 0_u16..50 {
                prop_assert_eq!(index.get(key.to_string().as_str()), model.get(&key.to_string()).copied());
                prop_assert_eq!(index.contains(key.to_string().as_str()), model.contains_key(&key.to_string()));
            }
        }
    }

    #[test]
    fn a_table_is_a_vector(steps in proptest::collection::vec((0_u8..4, any::<u16>()), 0..300)) {
        let (mut table, mut model) = (Table::new(), Vec::new());
        let mut kept = Vec::new();
        for (step, value) in steps {
            match step {
                0 | 1 => {
                    prop_assert_eq!(table.push(value) as usize, model.len());
                    model.push(value);
                }
                2 if !model.is_empty() => {
                    let number = usize::from(value) % model.len();
                    *table.get_mut(number as u32) = value;
                    model[number] = value;
                }
                _ => kept.push((table.clone(), model.clone())),
            }
        }
        kept.push((table, model));
        for (table, model) in kept {
            prop_assert_eq!(table.len(), model.len());
            prop_assert!(table.iter().eq(model.iter()));
            for (number, row) in model.iter().enumerate() {
                prop_assert_eq!(table.get(number as u32), row);
            }
        }
    }

    #[test]
    fn a_timeline_is_a_sorted_list(entries in proptest::collection::vec((0_i32..20, 0_u64..1_000), 0..30), on in 0_i32..20) {
        let mut timeline = Timeline::new();
        for (index, (days, position)) in entries.iter().enumerate() {
            timeline.insert(day(*days), *position, index);
        }
        let order: Vec<_> = timeline.iter().map(|entry| (entry.effective, entry.position)).collect();
        prop_assert!(order.is_sorted());
        let last = order.iter().copied().filter(|(effective, _)| *effective <= day(on)).max();
        prop_assert_eq!(timeline.at(day(on)).map(|entry| (entry.effective, entry.position)), last);
    }
}
