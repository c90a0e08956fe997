//! Finding text: postings of three-letter groups, and the texts to verify what they find.
//!
//! Texts are search keys, so two spellings of one name find each other. A text is found where it contains what was
//! asked, letter by letter, or where it does once spaces are left out of both. Postings are of the form without
//! spaces, which covers both. They only narrow: what is found is verified on the text.

use std::sync::Arc;

use daftar_domain::value::search_key;
use imbl::{GenericHashMap, Vector, shared_ptr::DefaultSharedPtr};
use roaring::RoaringBitmap;
use rustc_hash::{FxBuildHasher, FxHashMap};
use serde::{Deserialize, Serialize};

use super::View;
use super::condition::{Condition, OrderOf};
use super::facet::Rows;
use super::order::{Place, Side};

/// Three letters of 21 bits each.
type Trigram = u64;

type Postings = GenericHashMap<Trigram, Rows, FxBuildHasher, DefaultSharedPtr>;

/// Parts the texts of one row (Persian name, Latin name, code); no question contains it.
const LINE: char = '\n';

/// Changes are made one by one below this share (1 in so many rows), else postings are built anew.
const BULK: usize = 8;

/// How well a text matches, the best first: these are the tiers in which a search answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Match {
    /// One of the texts is what was asked.
    Exact,
    /// One of them begins with it.
    Prefix,
    /// A word of one of them begins with it.
    Word,
    /// One of them contains it.
    Contained,
    /// One of them contains it once spaces are left out of both.
    Unspaced,
}

/// All tiers, the best first.
const TIERS: [Match; 5] = [Match::Exact, Match::Prefix, Match::Word, Match::Contained, Match::Unspaced];

/// How many segments a search has: what is found by number, then the tiers.
pub const SEGMENTS: usize = TIERS.len() + 1;

/// The most rows that are told apart by tier. Of more, those whose name begins with the text come first and all others
/// follow, which no search of a common text has to wait for.
const RANKED_MOST: u64 = 4_096;

/// The texts of a row.
#[derive(Clone, Debug)]
struct Text {
    spaced: Arc<str>,
    unspaced: Arc<str>,
}

/// The texts of all rows, to be searched.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(into = "Texts", from = "Texts")]
pub struct Search {
    texts: Vector<Option<Text>>,
    postings: Postings,
    pending: Vec<(u32, Text)>,
}

impl Default for Search {
    fn default() -> Self {
        Self { texts: Vector::new(), postings: Postings::with_hasher(FxBuildHasher), pending: Vec::new() }
    }
}

/// What a snapshot holds of it: postings follow from the texts.
#[derive(Serialize, Deserialize)]
struct Texts(Vec<Option<Arc<str>>>);

impl From<Search> for Texts {
    fn from(search: Search) -> Self {
        Self(search.texts.into_iter().map(|text| text.map(|text| text.spaced)).collect())
    }
}

impl From<Texts> for Search {
    fn from(Texts(texts): Texts) -> Self {
        let texts = texts.into_iter().map(|text| text.map(Text::of)).collect();
        let mut search = Self { texts, ..Self::default() };
        search.rebuild();
        search
    }
}

impl Text {
    fn of(spaced: Arc<str>) -> Self {
        let unspaced =
            if spaced.contains(' ') { spaced.replace(' ', "").into() } else { Arc::clone(&spaced) };
        Self { spaced, unspaced }
    }
}

impl Search {
    /// Gives a row its texts: search keys, the first being the one that it is sorted by. They are found after
    /// [`Search::settle`].
    pub fn set(&mut self, row: u32, keys: &[&str]) {
        self.pending.push((row, Text::of(keys.join(&LINE.to_string()).into())));
    }

    /// Makes all changes found.
    pub fn settle(&mut self) {
        let pending = std::mem::take(&mut self.pending);
        let bulk = pending.len() > 64 && pending.len() > self.texts.len() / BULK;
        for (row, text) in pending {
            while self.texts.len() <= row as usize {
                self.texts.push_back(None);
            }
            let after = Arc::clone(&text.unspaced);
            let before = self.texts[row as usize].replace(text);
            if !bulk {
                self.repost(row, before.as_ref().map(|text| &*text.unspaced), &after);
            }
        }
        if bulk {
            self.rebuild();
        }
    }

    fn repost(&mut self, row: u32, before: Option<&str>, after: &str) {
        for trigram in trigrams(before.unwrap_or_default()) {
            if let Some(rows) = self.postings.get_mut(&trigram) {
                Arc::make_mut(rows).remove(row);
            }
        }
        for trigram in trigrams(after) {
            Arc::make_mut(self.postings.entry(trigram).or_default()).insert(row);
        }
    }

    fn rebuild(&mut self) {
        let mut postings: FxHashMap<Trigram, Vec<u32>> = FxHashMap::default();
        for (row, text) in (0..).zip(&self.texts) {
            for trigram in trigrams(text.as_ref().map_or("", |text| &text.unspaced)) {
                let rows = postings.entry(trigram).or_default();
                if rows.last() != Some(&row) {
                    rows.push(row);
                }
            }
        }
        self.postings = postings
            .into_iter()
            .map(|(trigram, rows)| {
                let rows = RoaringBitmap::from_sorted_iter(rows).expect("rows are visited in order");
                (trigram, Arc::new(rows))
            })
            .collect();
    }

    /// What a person asked for, ready to be compared; nothing when the text says nothing.
    pub fn ask(&self, text: &str) -> Option<Asked> {
        let spaced = search_key(text);
        if spaced.is_empty() {
            return None;
        }
        let unspaced = spaced.replace(' ', "");
        let mut groups: Vec<Rows> = trigrams(&unspaced)
            .map(|trigram| self.postings.get(&trigram).cloned().unwrap_or_default())
            .collect();
        groups.sort_by_key(|rows| rows.len());
        let narrowed = groups.into_iter().reduce(|mut all, rows| {
            *Arc::make_mut(&mut all) &= &*rows;
            all
        });
        Some(Asked { spaced, unspaced, narrowed })
    }

    /// How well the texts of a row match.
    pub fn matches(&self, row: u32, asked: &Asked) -> Option<Match> {
        let text = self.texts.get(row as usize)?.as_ref()?;
        let found = text.spaced.match_indices(&*asked.spaced).map(|(at, found)| {
            let before = text.spaced[..at].chars().next_back().unwrap_or(LINE);
            let behind = text.spaced[at + found.len()..].chars().next().unwrap_or(LINE);
            match (before, behind) {
                (LINE, LINE) => Match::Exact,
                (LINE, _) => Match::Prefix,
                (' ', _) => Match::Word,
                _ => Match::Contained,
            }
        });
        found.min().or_else(|| text.unspaced.contains(&*asked.unspaced).then_some(Match::Unspaced))
    }
}

/// The texts of a noun, and the order that they are found in.
#[derive(Clone, Copy)]
pub struct Searchable {
    /// The texts.
    pub texts: fn(&View) -> &Search,
    /// The order by the first of them.
    pub order: OrderOf,
}

impl Searchable {
    /// The rows that meet a condition and are found by a text or are `numbered`, as one condition, for a list that has
    /// an order of its own.
    pub fn any(self, view: &View, condition: Condition, text: &str, numbered: Rows) -> Condition {
        let Some(asked) = (self.texts)(view).ask(text) else { return condition };
        let found = Condition::Any(vec![Condition::Within(numbered), self.found(asked)]);
        Condition::All(vec![condition, found])
    }

    fn found(self, asked: Asked) -> Condition {
        Condition::check(asked.narrowed.clone(), move |view, row| {
            (self.texts)(view).matches(row, &asked).is_some()
        })
    }

    /// The rows that meet a condition and are found by a text, in segments: those that are `numbered`, then by tier,
    /// the best first. A text that says nothing finds all, in the first segment.
    pub fn segments(
        self,
        view: &View,
        condition: Condition,
        text: &str,
        numbered: Rows,
    ) -> [Condition; SEGMENTS] {
        let mut segments = [const { Condition::Any(Vec::new()) }; SEGMENTS];
        let texts = (self.texts)(view);
        let Some(asked) = texts.ask(text) else {
            segments[0] = condition;
            return segments;
        };
        let both = |found| Condition::All(vec![condition.clone(), found]);
        segments[0] = both(Condition::Within(Arc::clone(&numbered)));
        let others = both(Condition::Within(numbered).negated());
        let rows = (self.order)(view).rows();
        let may = Condition::All(vec![others.clone(), Condition::check(asked.narrowed.clone(), |_, _| true)]);
        match may.rows(view, rows).filter(|may| may.len() <= RANKED_MOST) {
            Some(may) => {
                let mut tiers: [RoaringBitmap; TIERS.len()] = Default::default();
                for row in may.iter().filter(|row| others.holds(view, *row)) {
                    if let Some(tier) = texts.matches(row, &asked) {
                        tiers[tier as usize].insert(row);
                    }
                }
                for (segment, tier) in segments[1..].iter_mut().zip(tiers) {
                    *segment = Condition::Within(Arc::new(tier));
                }
            }
            None => {
                let place = |text: &str| (self.order)(view).place(&text.into(), Side::Before);
                let beyond = format!("{}{}", asked.spaced, char::MAX);
                let (from, until) = (place(&asked.spaced), place(&beyond));
                let begins =
                    Condition::Between(self.order, from.unwrap_or(Place::END), until.unwrap_or(Place::END));
                segments[1 + Match::Contained as usize] =
                    Condition::All(vec![others.clone(), begins.clone().negated(), self.found(asked)]);
                segments[1 + Match::Prefix as usize] = Condition::All(vec![others, begins]);
            }
        }
        segments
    }
}

/// What was asked for, and the rows that may have it.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The search key.
    pub spaced: String,
    /// The search key without spaces.
    pub unspaced: String,
    /// The rows that have all its groups of three letters; none for a text too short to have one.
    pub narrowed: Option<Rows>,
}

/// The groups of three letters within the lines of a text, some of them more than once.
fn trigrams(text: &str) -> impl Iterator<Item = Trigram> {
    let mut window: Trigram = 0;
    let mut letters = 0;
    text.chars().filter_map(move |letter| {
        if letter == LINE {
            letters = 0;
            return None;
        }
        letters += 1;
        window = (window << 21 | Trigram::from(letter)) & ((1 << 63) - 1);
        (letters >= 3).then_some(window)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn index(names: &[&str]) -> Search {
        let mut search = Search::default();
        for (row, name) in (0..).zip(names) {
            search.set(row, &[&search_key(name), "code"]);
        }
        search.settle();
        search
    }

    fn found(search: &Search, text: &str) -> Vec<(u32, Match)> {
        let asked = search.ask(text).unwrap();
        (0..search.texts.len() as u32)
            .filter(|row| asked.narrowed.as_ref().is_none_or(|rows| rows.contains(*row)))
            .filter_map(|row| Some((row, search.matches(row, &asked)?)))
            .collect()
    }

    #[test]
    fn spellings_of_one_name_find_each_other() {
        let search = index(&["شهرك‌ صنعتي شماره ١٢", "شهرک صنعتی شماره ۱۳", "شهرکصنعتی"]);
        assert_eq!(found(&search, "شهرک صنعتی شماره ۱۲"), [(0, Match::Exact)]);
        assert_eq!(
            found(&search, "شهرک صنعتي"),
            [(0, Match::Prefix), (1, Match::Prefix), (2, Match::Unspaced)]
        );
        assert_eq!(found(&search, "صنعتی"), [(0, Match::Word), (1, Match::Word), (2, Match::Contained)]);
        assert_eq!(found(&search, "code")[2], (2, Match::Exact));
        assert_eq!(found(&search, "شه"), found(&search, "شهر"));
        // The best place in a text counts, not the first.
        assert_eq!(found(&index(&["نانوایی نان", "نان"]), "نان"), [(0, Match::Prefix), (1, Match::Exact)]);
        assert!(search.ask(" \u{200C} ").is_none());
        assert!(found(&search, "زعفران").is_empty());
        // A question never spans the parts of a row's texts.
        assert!(found(&search, "صنعتیco").is_empty());
    }

    #[test]
    fn changed_texts_are_found_by_what_they_are() {
        let mut search = index(&["زعفران", "پسته"]);
        search.set(1, &["خرما"]);
        search.settle();
        assert!(found(&search, "پسته").is_empty());
        assert_eq!(found(&search, "خرما"), [(1, Match::Exact)]);
    }
}
