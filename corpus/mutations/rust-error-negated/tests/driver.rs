//! Answers the hidden checks of mutations/rust-error-negated. cab-canary-e2f4b7c9-5d1a-4b68-9c0e-7a3d2c1b6f94
//!
//! stdin: `nonce TAB id TAB function TAB argument...`; answers are appended to the file named by the first argument.
//! A script names what each attempt does: `ok:VALUE`, `transient:TEXT` or `permanent:TEXT`.

use retry::{backoff_ms, retry, retry_if, schedule, RetryError};
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
fn ended(result: Result<String, RetryError<String>>) -> Vec<String> {
    match result {
        Ok(value) => vec!["ok".into(), value],
        Err(RetryError::NoAttempts) => vec!["no attempts".into()],
        Err(RetryError::GaveUp { attempts, last }) => vec!["gave up".into(), attempts.to_string(), last],
        Err(RetryError::Permanent { attempt, error }) => vec!["permanent".into(), attempt.to_string(), error],
        Err(_) => vec!["other".into()],
    }
}

/// Plays a script; the answer ends with the attempt numbers the operation was called with.
fn play(request: &[String]) -> Vec<String> {
    let (max, script) = (request[1].parse().unwrap(), &request[2..]);
    let mut calls: Vec<String> = Vec::new();
    let operation = |attempt: u32| {
        let step = script.get(calls.len()).expect("called more often than the script is long");
        calls.push(attempt.to_string());
        match step.split_once(':') {
            Some(("ok", value)) => Ok(value.to_string()),
            _ => Err(step.clone()),
        }
    };
    let result = match request[0].as_str() {
        "retry" => retry(max, operation),
        _ => retry_if(max, |error: &String| error.starts_with("transient:"), operation),
    };
    let mut answer = ended(result);
    answer.push(calls.join(" "));
    answer
}

fn answer(request: &[String]) -> Vec<String> {
    let number = |index: usize| request[index].parse::<u64>().unwrap();
    match request[0].as_str() {
        "retry" | "retry_if" => play(request),
        "backoff" => vec!["ok".into(), backoff_ms(number(1) as u32, number(2), number(3)).to_string()],
        "schedule" => {
            let waits = schedule(number(1) as u32, number(2), number(3));
            std::iter::once("ok".to_string()).chain(waits.iter().map(u64::to_string)).collect()
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
