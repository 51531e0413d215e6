//! Calling an operation again until it succeeds, fails for good, or has been tried often enough.

/// How retrying can end without success.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RetryError<E> {
    /// No attempt was allowed, so none was made.
    NoAttempts,
    /// Every allowed attempt failed for the moment; `last` is the error of the last one.
    GaveUp { attempts: u32, last: E },
    /// Attempt number `attempt` failed for good, so no further one was made.
    Permanent { attempt: u32, error: E },
}

/// Calls `operation` with the attempt's number, counted from 1, at most `max_attempts` times.
///
/// The first success is returned at once. After an error that `is_transient` the operation is tried again; after any
/// other error it is not.
pub fn retry_if<T, E>(
    max_attempts: u32,
    mut is_transient: impl FnMut(&E) -> bool,
    mut operation: impl FnMut(u32) -> Result<T, E>,
) -> Result<T, RetryError<E>> {
    let mut last = None;
    for attempt in 1..=max_attempts {
        match operation(attempt) {
            Ok(value) => return Ok(value),
            Err(error) if !is_transient(&error) => return Err(RetryError::Permanent { attempt, error }),
            Err(error) => last = Some(error),
        }
    }
    match last {
        Some(last) => Err(RetryError::GaveUp { attempts: max_attempts, last }),
        None => Err(RetryError::NoAttempts),
    }
}

/// [`retry_if`] where every error is worth another attempt.
pub fn retry<T, E>(max_attempts: u32, operation: impl FnMut(u32) -> Result<T, E>) -> Result<T, RetryError<E>> {
    retry_if(max_attempts, |_| true, operation)
}

/// Milliseconds to wait after attempt number `attempt`: `base` after the first, twice as long after each further one,
/// never longer than `cap`.
pub fn backoff_ms(attempt: u32, base: u64, cap: u64) -> u64 {
    let doublings = attempt.saturating_sub(1);
    let factor = 1u64.checked_shl(doublings).unwrap_or(u64::MAX);
    base.saturating_mul(factor).min(cap)
}

/// The waits between `max_attempts` attempts: one fewer than there are attempts, none for no attempts.
pub fn schedule(max_attempts: u32, base: u64, cap: u64) -> Vec<u64> {
    (1..max_attempts).map(|attempt| backoff_ms(attempt, base, cap)).collect()
}
