//! A page of questions with their answers: read into blocks, and written anew with what a server tells.

use async_graphql::Value as Told;
use serde_json::{Value, json};

/// Stands in an answer for a text that differs from run to run.
pub const ANY: &str = "…";

/// Columns of a line of a written answer.
const WIDTH: usize = 120;

/// The lines between two fences: where they stand, counted from 0, and their text.
pub struct Block {
    first: usize,
    end: usize,
    pub text: String,
}

impl Block {
    /// The number of its first line, counted from 1 as editors do.
    pub fn line(&self) -> usize {
        self.first + 1
    }

    /// The JSON that stands in it.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("line {}: {error}", self.line()))
    }
}

/// A question of a page with what is shown of its answer: one part, or one for each item of a subscription.
pub struct Question {
    pub document: Block,
    pub variables: Option<Block>,
    pub answers: Vec<Block>,
}

impl Question {
    /// The line behind its last block.
    fn end(&self) -> usize {
        let last = self.answers.last().or(self.variables.as_ref()).unwrap_or(&self.document);
        last.end + 1
    }
}

/// The blocks of a page with what stands behind their opening fence.
fn blocks(page: &str) -> Vec<(String, Block)> {
    let mut blocks = Vec::new();
    let mut lines = page.lines().enumerate();
    while let Some((line, opening)) = lines.next() {
        let Some(kind) = opening.strip_prefix("```") else { continue };
        let text: Vec<&str> =
            lines.by_ref().map(|(_, text)| text).take_while(|text| *text != "```").collect();
        let first = line + 1;
        blocks.push((kind.to_owned(), Block { first, end: first + text.len(), text: text.join("\n") }));
    }
    blocks
}

/// The questions of a page, in their order: a block of GraphQL, its variables if it has any, its answers.
pub fn questions(page: &str) -> Vec<Question> {
    let mut questions: Vec<Question> = Vec::new();
    for (kind, block) in blocks(page) {
        if kind == "graphql" {
            questions.push(Question { document: block, variables: None, answers: Vec::new() });
            continue;
        }
        let question = questions.last_mut().expect("an answer follows its question");
        match kind.as_str() {
            "json variables" => question.variables = Some(block),
            "json" => question.answers.push(block),
            other => panic!("line {}: `{other}` is no part of a question", block.line()),
        }
    }
    questions
}

/// The first block of JSON on a page: the answer that the README shows.
pub fn first_answer(page: &str) -> Block {
    let answer = blocks(page).into_iter().find(|(kind, _)| kind == "json");
    answer.expect("an answer is shown").1
}

/// The first difference of an answer from what is shown of it.
pub fn difference(shown: &Value, told: &Value, path: &str) -> Option<String> {
    match (shown, told) {
        (Value::String(any), Value::String(_)) if any == ANY => None,
        (Value::Object(fields), Value::Object(found)) if fields.keys().eq(found.keys()) => {
            fields.iter().find_map(|(name, shown)| difference(shown, &found[name], &format!("{path}.{name}")))
        }
        (Value::Array(items), Value::Array(found)) if items.len() == found.len() => items
            .iter()
            .zip(found)
            .enumerate()
            .find_map(|(index, (shown, told))| difference(shown, told, &format!("{path}.{index}"))),
        (shown, told) if shown == told => None,
        (shown, told) => Some(format!("{path}: {shown} is shown, {told} is told")),
    }
}

/// An answer as it is compared: without its `extensions`, where those are not the point.
pub fn compared(shown: &Value, told: &str) -> Value {
    let mut told: Value = serde_json::from_str(told).expect("an answer is JSON");
    if shown.get("extensions").is_none() {
        told.as_object_mut().expect("an answer is an object").remove("extensions");
    }
    told
}

/// A page under way to its next edition: lines that are replaced, and what later questions take from answers that have
/// changed, such as positions and cursors.
#[derive(Default)]
pub struct Edition {
    replaced: Vec<(std::ops::Range<usize>, String)>,
    renamed: Vec<(String, String)>,
}

impl Edition {
    /// A question or its variables with what earlier answers now tell, which is also written to the page.
    pub fn brought_up(&mut self, block: &Block) -> String {
        // Each text once: what one becomes may be what another one was.
        let renamed = |part: &str| {
            let known = self.renamed.iter().rev().find(|(was, _)| was == part);
            known.map_or(part, |(_, is)| is).to_owned()
        };
        let text = block.text.split('"').map(renamed).collect::<Vec<_>>().join("\"");
        if text != block.text {
            self.replaced.push((block.first..block.end, text.clone()));
        }
        text
    }

    /// Writes what was told of a question where it differs from what is shown, and where nothing is shown yet.
    pub fn answer(&mut self, question: &Question, told: &[String]) {
        for (block, told) in question.answers.iter().zip(told) {
            self.replace(block, told);
        }
        if question.answers.is_empty() {
            let lines: Vec<String> = told.iter().map(|told| written(&Value::Null, told)).collect();
            let blocks = lines.iter().map(|lines| format!("\n```json\n{lines}\n```"));
            self.replaced.push((question.end()..question.end(), blocks.collect::<Vec<_>>().join("\n")));
        }
    }

    /// Writes an answer in the place of one that differs.
    pub fn replace(&mut self, block: &Block, told: &str) {
        let shown = block.json();
        let compared = compared(&shown, told);
        if difference(&shown, &compared, "").is_some() {
            self.rename(&shown, &compared);
            self.replaced.push((block.first..block.end, written(&shown, told)));
        }
    }

    /// Keeps the texts that changed and that a later question may take from here: numbers, IDs and cursors.
    fn rename(&mut self, shown: &Value, told: &Value) {
        match (shown, told) {
            (Value::Object(fields), Value::Object(found)) => {
                let both = fields.iter().filter_map(|(name, shown)| Some((shown, found.get(name)?)));
                both.for_each(|(shown, told)| self.rename(shown, told));
            }
            (Value::Array(items), Value::Array(found)) => {
                items.iter().zip(found).for_each(|(shown, told)| self.rename(shown, told));
            }
            (Value::String(was), Value::String(is)) if was != is && is_taken(was) => {
                self.renamed.push((was.clone(), is.clone()));
            }
            _ => {}
        }
    }

    /// The page as it reads now.
    pub fn of(mut self, page: &str) -> String {
        let mut lines: Vec<&str> = page.lines().collect();
        self.replaced.sort_by_key(|(range, _)| std::cmp::Reverse(range.start));
        for (range, text) in &self.replaced {
            lines.splice(range.clone(), text.lines());
        }
        lines.join("\n") + "\n"
    }
}

/// Whether a text is one that questions take from answers: a number, or as long and unbroken as IDs and cursors are.
fn is_taken(text: &str) -> bool {
    let number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    number || text.len() >= 24 && !text.contains(char::is_whitespace)
}

/// An answer as the page shows it: in the order of its fields, texts that differ from run to run left open.
fn written(shown: &Value, told: &str) -> String {
    let mut told: Told = serde_json::from_str(told).expect("an answer is JSON");
    if let Told::Object(fields) = &mut told
        && shown.get("extensions").is_none()
    {
        fields.shift_remove("extensions");
    }
    left_open(shown, &mut told);
    let mut text = String::new();
    spread(&told, 0, 0, &mut text);
    text
}

fn left_open(shown: &Value, told: &mut Told) {
    match (shown, told) {
        (Value::String(any), told @ Told::String(_)) if any == ANY => *told = Told::String(ANY.to_owned()),
        (Value::Object(fields), Told::Object(found)) => {
            for (name, told) in found {
                left_open(fields.get(name.as_str()).unwrap_or(&Value::Null), told);
            }
        }
        (Value::Array(items), Told::List(found)) => {
            items.iter().zip(found).for_each(|(shown, told)| left_open(shown, told));
        }
        _ => {}
    }
}

/// Writes a value on one line where it fits behind what stands there already, else its parts on a line each.
fn spread(value: &Told, indent: usize, column: usize, text: &mut String) {
    let line = on_one_line(value);
    // A comma may follow.
    if column + line.chars().count() < WIDTH {
        *text += &line;
        return;
    }
    let inner = " ".repeat(indent + 2);
    let parts: Vec<(String, &Told)> = match value {
        Told::Object(fields) => fields.iter().map(|(name, part)| (format!("\"{name}\": "), part)).collect(),
        Told::List(items) => items.iter().map(|part| (String::new(), part)).collect(),
        _ => return text.push_str(&line),
    };
    let (open, close) = if matches!(value, Told::Object(_)) { ('{', '}') } else { ('[', ']') };
    text.push(open);
    for (index, (name, part)) in parts.iter().enumerate() {
        *text += if index == 0 { "\n" } else { ",\n" };
        *text += &format!("{inner}{name}");
        spread(part, indent + 2, inner.len() + name.len(), text);
    }
    *text += &format!("\n{}{close}", " ".repeat(indent));
}

fn on_one_line(value: &Told) -> String {
    match value {
        Told::Object(fields) if fields.is_empty() => "{}".to_owned(),
        Told::Object(fields) => {
            let fields = fields.iter().map(|(name, part)| format!("\"{name}\": {}", on_one_line(part)));
            format!("{{ {} }}", fields.collect::<Vec<_>>().join(", "))
        }
        Told::List(items) => format!("[{}]", items.iter().map(on_one_line).collect::<Vec<_>>().join(", ")),
        scalar => json!(scalar).to_string(),
    }
}
