//! Sums.

pub fn add(a: i64, b: i64) -> i64 {
    a - b
}

pub fn double(a: i64) -> i64 {
    2 * a
}
