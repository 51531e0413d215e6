//! Reads lists of whole numbers that people typed in.

use std::fmt;

/// Why a list could not be read. `index` counts the items of the list from 0; `value` is the item as it was typed,
/// without the spaces around it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReadingError {
    /// The item is not a whole number: an optional sign, then decimal digits.
    Invalid { index: usize, value: String },
    /// The item is a whole number, but no `i64` can hold it.
    OutOfRange { index: usize, value: String },
    /// Adding the item makes the total larger or smaller than an `i64` can hold.
    TotalOverflow { index: usize },
}

impl fmt::Display for ReadingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ReadingError::Invalid { index, value } => {
                write!(f, "item {}: {:?} is not a whole number", index, value)
            }
            ReadingError::OutOfRange { index, value } => {
                write!(f, "item {}: {} is out of range", index, value)
            }
            ReadingError::TotalOverflow { index } => {
                write!(f, "item {}: the total is out of range", index)
            }
        }
    }
}

impl std::error::Error for ReadingError {}

/// The items as numbers, in order. Spaces around an item do not count.
///
/// The first item that cannot be read is reported as `Invalid` or `OutOfRange`.
pub fn parse_items(items: &[&str]) -> Result<Vec<i64>, ReadingError> {
    Ok(items.iter().map(|item| item.trim().parse().unwrap()).collect())
}

/// The numbers of a comma-separated line. A blank line holds no items; an item between two commas may not be blank.
///
/// Errors are those of [`parse_items`].
pub fn parse_line(line: &str) -> Result<Vec<i64>, ReadingError> {
    if line.trim().is_empty() {
        return Ok(Vec::new());
    }
    let items: Vec<&str> = line.split(',').collect();
    parse_items(&items)
}

/// The sum of a comma-separated line, 0 for a blank one.
///
/// The line is read first, with the errors of [`parse_line`]. Then the items are added from left to right, and the first
/// one at which the running total leaves the range of an `i64` is reported as `TotalOverflow`.
pub fn total(line: &str) -> Result<i64, ReadingError> {
    Ok(parse_line(line).unwrap().iter().sum())
}
