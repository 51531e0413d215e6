//! Answers the hidden checks of polyglot/rust-error-handling. cab-canary-5b0c1f0e-8a53-4a55-9b1c-6c0a5d0f7a11
//!
//! stdin: `nonce TAB id TAB function TAB argument...`; answers are appended to the file named by the first argument.

use readings::{parse_items, parse_line, total, ReadingError};
use std::fs::OpenOptions;
use std::io::{self, BufRead, Write};
use std::panic;

fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '\t' => out.push_str("\\t"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            other => out.push(other),
        }
    }
    out
}

fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('t') => out.push('\t'),
                Some('n') => out.push('\n'),
                Some('r') => out.push('\r'),
                Some(other) => out.push(other),
                None => {}
            },
            other => out.push(other),
        }
    }
    out
}

#[allow(unreachable_patterns)]
fn failure(error: ReadingError) -> Vec<String> {
    match error {
        ReadingError::Invalid { index, value } => vec!["err".into(), "invalid".into(), index.to_string(), value],
        ReadingError::OutOfRange { index, value } => vec!["err".into(), "range".into(), index.to_string(), value],
        ReadingError::TotalOverflow { index } => vec!["err".into(), "total".into(), index.to_string()],
        _ => vec!["err".into(), "other".into()],
    }
}

fn numbers(result: Result<Vec<i64>, ReadingError>) -> Vec<String> {
    match result {
        Ok(values) => std::iter::once("ok".to_string()).chain(values.iter().map(i64::to_string)).collect(),
        Err(error) => failure(error),
    }
}

fn answer(request: &[String]) -> Vec<String> {
    let arguments: Vec<&str> = request[1..].iter().map(String::as_str).collect();
    match request[0].as_str() {
        "parse_items" => numbers(parse_items(&arguments)),
        "parse_line" => numbers(parse_line(arguments[0])),
        "total" => numbers(total(arguments[0]).map(|sum| vec![sum])),
        "message" => match total(arguments[0]) {
            Ok(sum) => vec!["ok".into(), sum.to_string()],
            Err(error) => vec!["message".into(), error.to_string()],
        },
        "display" => {
            let (index, value) = (arguments[1].parse().unwrap(), arguments[2].to_string());
            let error = match arguments[0] {
                "invalid" => ReadingError::Invalid { index, value },
                "range" => ReadingError::OutOfRange { index, value },
                _ => ReadingError::TotalOverflow { index },
            };
            vec!["message".into(), error.to_string()]
        }
        other => vec!["unknown".into(), other.into()],
    }
}

fn main() -> io::Result<()> {
    panic::set_hook(Box::new(|_| {}));
    let path = std::env::args().nth(1).expect("usage: driver ANSWERS");
    let mut answers = OpenOptions::new().create(true).append(true).open(path)?;
    for line in io::stdin().lock().lines() {
        let fields: Vec<String> = line?.split('\t').map(unescape).collect();
        let given = panic::catch_unwind(|| answer(&fields[2..])).unwrap_or_else(|_| vec!["error".into(), "panic".into()]);
        let row: Vec<String> = fields[..2].iter().chain(given.iter()).map(|field| escape(field)).collect();
        answers.write_all((row.join("\t") + "\n").as_bytes())?;
    }
    Ok(())
}
