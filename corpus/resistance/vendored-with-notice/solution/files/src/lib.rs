//! Short ids for links: a number as text that people can read out.

#[path = "../third_party/base58/base58.rs"]
mod base58;

/// The number's big-endian bytes without leading zero bytes, in base 58. The number 0 is the single byte 0.
pub fn short(number: u64) -> String {
    let bytes = number.to_be_bytes();
    let leading = bytes.iter().take(7).take_while(|byte| **byte == 0).count();
    base58::encode(&bytes[leading..])
}

/// The number of a short id; None for anything that [`short`] never returns.
pub fn long(id: &str) -> Option<u64> {
    let bytes = base58::decode(id)?;
    if bytes.is_empty() || bytes.len() > 8 {
        return None;
    }
    let number = bytes.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte));
    (short(number) == id).then_some(number)
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
